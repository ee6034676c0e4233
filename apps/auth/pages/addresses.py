"""The pages that prove an address, and change it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth import queries
from apps.auth.forms import AddressForm, ConfirmForm
from apps.auth.operations import addresses
from apps.auth.operations.limits import MAIL_ADDRESS
from apps.auth.pages.plain import LinkForm, PlainForm
from apps.auth.pages.settings import SettingsForm
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.pages.forms import ActionPage
from omnify.pages.parts import Link
from omnify.pages.session import SIGN_IN_PATH, PageRequest

_ON_ITS_WAY = (
    "If this address waits to be confirmed, a link is on its way. It is valid for 24 hours."
)


class VerifyEmailView(LinkForm):
    """The proof of an address; a button, since programs that scan mails follow links."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = ConfirmForm
    heading = "Confirm your address"
    button = "This address is mine"
    renewal = "auth:resend-verification"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Prove it."""
        addresses.verify_email(secret=given["token"], now=self.now)
        return self.show_message("The address is confirmed.")


class ResendVerificationView(PlainForm):
    """Another link in place of one that was lost, cut off or has expired."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = AddressForm
    limit: ClassVar = MAIL_ADDRESS
    heading = "Confirm your address"
    button = "Mail me a new link"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Mail it, if the address waits for one; the answer is alike for every address."""
        addresses.request_link(
            addresses.VERIFICATION, email=given["email"], device=self.device, now=self.now
        )
        return self.show_message(_ON_ITS_WAY)

    def find_links(self) -> list[Link]:
        """Return where to sign in."""
        return [Link(SIGN_IN_PATH, "Sign in")]


class ChangeAddressView(SettingsForm):
    """Another address, which counts once the link that is mailed to it is opened."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    form_class = AddressForm
    heading = "Change your e-mail address"
    button = "Mail me a link"
    tab = back = "auth:account"
    problem_field = "email"

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the form to those who proved lately who they are, so that nothing typed is lost."""
        queries.require_fresh_session(now=self.now)
        return super().get(request, **ids)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Mail the link."""
        addresses.request_email_change(email=given["email"], now=self.now)
        return self.go_back(f"A link is on its way to {given['email']}.")


class SendVerificationView(ActionPage):
    """The link that proves the viewer's address, once more."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True
    back = "auth:account"

    def run(self) -> HttpResponse:
        """Mail it."""
        email = queries.get_current_session(now=self.now).user.email
        addresses.request_link(
            addresses.VERIFICATION, email=email, device=self.device, now=self.now
        )
        return self.go_back(f"A link is on its way to {email}.")
