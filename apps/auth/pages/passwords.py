"""The pages to change a password, and of a forgotten one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth.forms import AddressForm, NewPasswordForm, PasswordForm
from apps.auth.messages.passwords import PasswordChange
from apps.auth.operations import addresses, passwords
from apps.auth.operations.limits import MAIL_ADDRESS
from apps.auth.pages.cookies import set_session
from apps.auth.pages.plain import LinkForm, PlainForm
from apps.auth.pages.security import SecurityForm
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.pages.parts import Link
from omnify.pages.session import SIGN_IN_PATH

_ON_ITS_WAY = (
    "If there is an account with this address, a link is on its way. It is valid for an hour."
)


class ForgotView(PlainForm):
    """A reset link for users who forgot their password."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = AddressForm
    limit: ClassVar = MAIL_ADDRESS
    heading = "Forgot your password?"
    button = "Mail me a link"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Mail it, if there is such an account."""
        addresses.request_link(
            addresses.RESET, email=given["email"], device=self.device, now=self.now
        )
        return self.show_message(_ON_ITS_WAY)

    def find_links(self) -> list[Link]:
        """Return where to sign in."""
        return [Link(SIGN_IN_PATH, "Sign in")]


class ResetView(LinkForm):
    """A new password in place of a forgotten one."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = NewPasswordForm
    heading = "New password"
    button = "Set the password"
    renewal = "auth:forgot"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Set it."""
        passwords.reset_password(secret=given["token"], new=given["new_password"], now=self.now)
        return self.show_message("The password is set, and all sessions and API keys were ended.")


class ChangePasswordView(SecurityForm):
    """A change of the user's password, which keeps others out."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    is_open_without_consent = True
    form_class = PasswordForm
    place = "password"
    button = "Change the password"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Change it; the session gets a successor."""
        change = PasswordChange(
            current_password=given["current_password"], new_password=given["new_password"]
        )
        tokens = passwords.change_password(change, device=self.device, now=self.now)
        response = self.go_back("The password was changed.")
        set_session(self.request, response, tokens)
        return response
