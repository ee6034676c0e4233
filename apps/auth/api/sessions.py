"""Sessions: the caller's own, and those of members."""

from __future__ import annotations

from uuid import UUID

from apps.auth import queries
from apps.auth.messages.sessions import Refresh, RevocationInput, Revoked, Session, Switch, Tokens
from apps.auth.operations import sessions
from apps.auth.operations.members import end_sessions
from apps.auth.operations.tokens import issue_tokens, refresh_session
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.context import current
from omnify.identity.permissions import PUBLIC, SIGNED_IN

_FRESH = "Needs a fresh proof of identity."


class SessionListView(ServiceView):
    @route(SIGNED_IN, summary="List my active sessions")
    def get(self) -> Page[Session]:
        user_id = queries.get_current_session(now=self.now).user_id
        rows = queries.list_sessions(user_id=user_id, now=self.now)
        return self.page(rows, Session, convert=queries.to_session)


class SessionView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="End one of my sessions", description=_FRESH)
    def delete(self, session_id: UUID) -> None:
        sessions.end_own_session(session_id=session_id, now=self.now)


class DeviceView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="End my sessions of one device", description=_FRESH)
    def delete(self, device_id: UUID) -> None:
        sessions.end_device(device_id=device_id, now=self.now)


class RevokeAllView(ServiceView):
    is_open_without_consent = True

    @route(
        SIGNED_IN,
        summary="End all my sessions, or a member's",
        description="The caller's own need a fresh proof of identity, a member's the permission "
        "`user:edit`. API keys stay active; the reset of a password ends them too.",
    )
    def post(self, revocation: RevocationInput) -> Revoked:
        return Revoked(revoked=end_sessions(revocation, now=self.now))


class LogoutView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="End this session")
    def post(self) -> None:
        session_id = current().principal.session_id
        sessions.revoke_sessions(now=self.now, reason="signed out", id=session_id)


class SwitchView(ServiceView):
    is_open_without_consent = True

    @route(
        SIGNED_IN,
        summary="Switch to another of my organizations",
        description="Ends this session and opens its successor there.",
    )
    def post(self, switch: Switch) -> Tokens:
        session = sessions.switch_organization(
            session=queries.get_current_session(now=self.now),
            organization_id=switch.organization_id,
            device=self.device,
            now=self.now,
        )
        return issue_tokens(session, now=self.now)


class RefreshView(ServiceView):
    # A refresh token is enough; a bearer token beside it, perhaps expired, is not looked at.
    authentication_classes = ()

    @route(
        PUBLIC,
        summary="Exchange a refresh token for new tokens",
        description="Each refresh token works once; reuse ends the session.",
    )
    def post(self, refresh: Refresh) -> Tokens:
        return refresh_session(presented=refresh.refresh_token, now=self.now)
