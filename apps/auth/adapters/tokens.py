"""The tokens of allauth's headless API: our own, for the app client's sessions.

allauth asks here after each sign-in, so that here is also where a second factor is held to our
rules: its own guards against reuse and guessing live in a process's cache.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.tokens.strategies.base import AbstractTokenStrategy
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from apps.auth import queries
from apps.auth.operations.second_factor import claim_for_library
from apps.auth.operations.sessions import Proof
from apps.auth.operations.sign_in import enter
from apps.auth.operations.tokens import refresh_session
from omnify.api.bodies import decode_json
from omnify.api.problems import problem_response
from omnify.exceptions import InvalidInputError, OmnifyError, UnauthenticatedError
from omnify.identity.arrival import Device

#: The key in the library's session that holds the id of ours.
SESSION_KEY = "omnify_session"
_ISSUED = "omnify.issued_tokens"
_SALT = "omnify headless session"


class TokenStrategy(AbstractTokenStrategy):
    """Access and refresh tokens as everywhere; the session token is of no use without our key."""

    def create_session_token(self, request: HttpRequest) -> str:
        """Return the signed key of the library's session."""
        if not request.session.session_key:
            request.session.save()
        return signing.Signer(salt=_SALT).sign(str(request.session.session_key))

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """Return the library's session, None when it or ours has expired or was ended."""
        try:
            key = signing.Signer(salt=_SALT).unsign(session_token)
        except signing.BadSignature:
            return None
        store = import_module(settings.SESSION_ENGINE).SessionStore
        session: SessionBase | None = store(key) if store().exists(key) else None
        if session is None or SESSION_KEY not in session:
            return session
        is_active = queries.is_session_active(session_id=session[SESSION_KEY], now=timezone.now())
        return session if is_active else None

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """Return our tokens for the user who just signed in.

        Raises:
            ImmediateHttpResponse: the second factor was used before, or guessed at too often.
        """
        # The library asks once for each answer that it composes, of which it sends the last.
        if _ISSUED not in request.META:
            request.META[_ISSUED] = self._issue(request)
        issued: dict[str, Any] = request.META[_ISSUED]
        return issued

    def _issue(self, request: HttpRequest) -> dict[str, Any]:
        now, user = timezone.now(), queries.get_user(request.user.pk)
        code = _code_of(request)
        try:
            if queries.list_factors(user):
                claim_for_library(user, code=code, now=now)
            methods = ("password", "totp") if code else ("password",)
            device = Device.of_request(request.META)
            tokens = enter(user, device=device, proof=Proof(methods=methods), now=now)
        except OmnifyError as error:
            request.session.flush()
            raise ImmediateHttpResponse(problem_response(error)) from error
        request.session[SESSION_KEY] = str(tokens.session_id)
        return {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_in": tokens.expires_in,
        }

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return the successors of a refresh token, None when it cannot be used."""
        try:
            pair = refresh_session(presented=refresh_token, now=timezone.now())
        except UnauthenticatedError:
            return None
        return pair.access_token, pair.refresh_token


def _code_of(request: HttpRequest) -> str:
    try:
        body = decode_json(request.body or b"{}")
    except InvalidInputError:
        return ""
    return str(body.get("code", "")) if isinstance(body, dict) else ""
