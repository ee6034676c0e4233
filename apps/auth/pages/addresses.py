"""The page that proves an address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth.forms import ConfirmForm
from apps.auth.operations import addresses
from apps.auth.pages.plain import LinkForm
from omnify.identity.permissions import PUBLIC


class VerifyEmailView(LinkForm):
    """The proof of an address; a button, since programs that scan mails follow links."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = ConfirmForm
    heading = "Confirm your address"
    button = "This address is mine"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Prove it."""
        addresses.verify_email(secret=given["token"], now=self.now)
        return self.show_message("The address is confirmed.")
