"""The page to register an organization."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth import queries
from apps.auth.forms import RegisterForm
from apps.auth.messages.registration import Registration
from apps.auth.operations import registration
from apps.auth.operations.limits import REGISTER
from apps.auth.pages.plain import PlainForm
from apps.auth.pages.sessions import start_over, with_next
from omnify.identity.permissions import PUBLIC
from omnify.pages.parts import Link
from omnify.pages.session import SIGN_IN_PATH, PageRequest

_MAIL_SENT = "Open the link in the mail that was sent to you, then sign in."


class RegisterView(PlainForm):
    """The registration of an organization."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    template = "omnify_auth/registration/page.html"
    form_class = RegisterForm
    heading = "Register your organization"
    button = "Register"
    problem_field = "email"
    limit: ClassVar = REGISTER

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the form where sign-up is open."""
        registration.refuse_closed_sign_up()
        return super().get(request, **ids)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Register and sign in, or wait for the mail that proves the address."""
        registration.count_registration(device=self.device, now=self.now)
        registered = registration.register(
            self._registration(given), device=self.device, now=self.now
        )
        if registered is None:
            return self.show_message(_MAIL_SENT, heading="Check your mail")
        return start_over(self.request, registered[1])

    def find_links(self) -> list[Link]:
        """Return where to sign in instead."""
        return [Link(with_next(self.request, SIGN_IN_PATH), "Registered already? Sign in")]

    def _registration(self, given: dict[str, Any]) -> Registration:
        fields = {name: value for name, value in given.items() if name != "accepts"}
        return Registration(**fields, accepted_documents=queries.list_acceptances(now=self.now))
