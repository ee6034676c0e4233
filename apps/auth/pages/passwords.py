"""The pages of a forgotten password."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from apps.auth.forms import AddressForm, NewPasswordForm
from apps.auth.operations import addresses, passwords
from apps.auth.pages.forms import FormPage
from omnify.identity.arrival import Device


class ForgotView(FormPage):
    """Asking for a reset link."""

    form_class = AddressForm
    heading = "Forgot your password?"
    button = "Mail me a link"
    done = "If there is an account with this address, a link is on its way. It holds for an hour."

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Mail it, if there is such an account."""
        device = Device.of_request(request.META)
        addresses.request_link(
            addresses.RESET, email=given["email"], device=device, now=timezone.now()
        )


class ResetView(FormPage):
    """Choosing a new password."""

    form_class = NewPasswordForm
    heading = "New password"
    button = "Set the password"
    done = "The password is set, and all sessions and API keys were ended."

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Set it."""
        passwords.reset_password(
            secret=given["token"], new=given["new_password"], now=timezone.now()
        )
