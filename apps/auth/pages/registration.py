"""The page to register an organization."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth import queries
from apps.auth.forms import RegisterForm
from apps.auth.operations import limits, registration
from apps.auth.operations.legal import Acceptance
from apps.auth.pages.plain import PlainForm
from apps.auth.pages.sessions import start_over, with_next
from omnify.identity.permissions import PUBLIC
from omnify.pages.parts import Link
from omnify.pages.session import SIGN_IN_PATH, PageRequest

_MAIL_SENT = "Open the link in the mail that was sent to you, then sign in."


class RegisterView(PlainForm):
    """The registration of an organization."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = RegisterForm
    heading = "Register your organization"
    button = "Register"
    problem_field = "email"

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the form where sign-up is open."""
        registration.refuse_closed_sign_up()
        return super().get(request, **ids)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Register and sign in, or wait for the mail that proves the address."""
        limits.spend_try(limits.REGISTER, limits.place_of(self.device.address), now=self.now)
        wanted = self._registration(given)
        if queries.is_verification_mandatory():
            registration.request_registration(wanted, device=self.device, now=self.now)
            return self.show_message(_MAIL_SENT, heading="Look into your mail")
        _, tokens = registration.register_organization(wanted, device=self.device, now=self.now)
        return start_over(self.request, tokens)

    def find_links(self) -> list[Link]:
        """Return where to sign in instead."""
        return [Link(with_next(self.request, SIGN_IN_PATH), "Registered already? Sign in")]

    def _registration(self, given: dict[str, Any]) -> registration.Registration:
        fields = {name: value for name, value in given.items() if name != "accepts"}
        accepted = tuple(
            Acceptance(document_type=item.document_type, version=item.version)
            for item in queries.list_required_documents(now=self.now)
        )
        return registration.Registration(**fields, accepted_documents=accepted)
