"""What allauth asks about accounts: who may sign in, by our rules; its own sign-up is closed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from apps.auth.adapters.tokens import SESSION_KEY
from apps.auth.models import User
from apps.auth.operations.sessions import revoke_sessions
from apps.auth.operations.sign_in import check_credentials
from omnify.exceptions import OmnifyError
from omnify.identity.arrival import Device


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in is held to our limits; registration makes an organization, which only we can."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell allauth that nobody may."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the user of the credentials, None where they are wrong or locked out."""
        try:
            return check_credentials(
                email=str(credentials.get("email", "")),
                password=str(credentials.get("password", "")),
                address=Device.of_request(request.META).address or "",
                now=timezone.now(),
            )
        except OmnifyError:
            return None


@receiver(user_logged_out)
def end_our_session(request: HttpRequest | None = None, **_: Any) -> None:
    """End our session when the library's is signed out."""
    session_id = request.session.get(SESSION_KEY) if request is not None else None
    if session_id:
        revoke_sessions(now=timezone.now(), reason="signed out", id=session_id)
