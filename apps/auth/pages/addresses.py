"""The page that proves an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from apps.auth.forms import ConfirmForm
from apps.auth.operations import addresses
from apps.auth.pages.forms import FormPage


class VerifyEmailView(FormPage):
    """Proving an address; a button, since programs that scan mails follow links by themselves."""

    form_class = ConfirmForm
    heading = "Confirm your address"
    button = "This address is mine"
    done = "The address is confirmed."

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Prove it."""
        addresses.verify_email(secret=given["token"], now=timezone.now())
