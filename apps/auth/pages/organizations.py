"""The pages that lead into an organization: switching to another, accepting an invitation."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import posted_id
from apps.auth.operations import sessions
from apps.auth.operations.sessions import Device
from apps.auth.pages.signing_in import go_on
from omnify.api.permissions import SIGNED_IN
from omnify.pages.views import PageView


class SwitchView(PageView):
    """Going on in another of one's organizations."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    def post(self, request: HttpRequest) -> HttpResponse:
        """Go on there."""
        return go_on_in(request, posted_id(request, "organization_id"))


def go_on_in(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """End the session and send the browser on with its successor in an organization."""
    now = timezone.now()
    session = sessions.switch_organization(
        session=queries.get_live_session(now=now),
        organization_id=organization_id,
        device=Device.of_request(request.META),
        now=now,
    )
    return go_on(request, sessions.issue_tokens(session, now=now))
