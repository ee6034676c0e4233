"""The page to prove oneself again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from msgspec.structs import asdict

from apps.auth import queries
from apps.auth.forms import ReauthenticationForm
from apps.auth.messages.reauthentication import Reauthentication
from apps.auth.operations import reauthentication
from apps.auth.pages.plain import PlainForm
from apps.auth.pages.sessions import continue_in_session, with_next
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.parts import Link
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView


class ConfirmView(PlainForm):
    """A proof of who one is: by a factor where there is one, else by the password."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    is_open_without_consent = True
    template = "omnify_auth/second_factor/page.html"

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form for what the user can answer with."""
        return ReauthenticationForm(*sent, has_factor=bool(self._methods()), **options)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Renew the session and go back."""
        answer = Reauthentication(**{name: value for name, value in given.items() if value})
        tokens = reauthentication.reauthenticate(
            answer, host=self.request.get_host(), device=self.device, now=self.now
        )
        return continue_in_session(self.request, tokens)

    def find_context(self) -> dict[str, Any]:
        """Return the form, and how else one can prove oneself."""
        return {
            "heading": "Is it you?",
            "form": self.form,
            "methods": self._methods(),
            "action": with_next(self.request, reverse("auth:confirm")),
            "options_url": reverse("auth:confirm-passkey-options"),
            "back": Link("/", "Back"),
        }

    def _methods(self) -> tuple[str, ...]:
        return queries.list_factors(queries.get_current_session(now=self.now).user)


class ConfirmOptionsView(PageView):
    """What the browser needs to prove its user again with a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    def post(self, request: PageRequest) -> HttpResponse:
        """Return the options for ``navigator.credentials.get``."""
        host = request.get_host()
        options = reauthentication.begin_reauthentication(host=host, now=self.now)
        return JsonResponse(asdict(options))
