"""The pages that prove an address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth.forms import AddressForm, ConfirmForm
from apps.auth.operations import addresses
from apps.auth.pages.plain import LinkForm, PlainForm
from omnify.identity.permissions import PUBLIC
from omnify.pages.parts import Link
from omnify.pages.session import SIGN_IN_PATH

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
