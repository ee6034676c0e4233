"""What the security page does with passkeys."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse, JsonResponse
from msgspec.structs import asdict

from apps.auth import queries
from apps.auth.forms import PasskeyForm
from apps.auth.messages.passkeys import PasskeyInput
from apps.auth.operations import passkeys
from apps.auth.pages.security import SecurityForm, show_security
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.forms import QuestionPage
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView


class PasskeyOptionsView(PageView):
    """What the browser needs to make a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}

    def post(self, request: PageRequest) -> HttpResponse:
        """Return the options for ``navigator.credentials.create``."""
        options = passkeys.begin_registration(host=request.get_host(), now=self.now)
        return JsonResponse(asdict(options))


class AddPasskeyView(SecurityForm):
    """A new passkey, made by the browser."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    form_class = PasskeyForm

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Take it into use, and show the recovery codes that came with a first factor."""
        _, codes = passkeys.complete_registration(
            PasskeyInput(**given), host=self.request.get_host(), now=self.now
        )
        return show_security(self, "The passkey was added.", recovery_codes=codes)

    def find_context(self) -> dict[str, Any]:
        """Return the page with the form as it was sent; its button is the script's."""
        return {**super().find_context(), "passkey": self.form}


class RemovePasskeyView(QuestionPage):
    """The end of a passkey."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    back = "auth:security"
    text = "It cannot be used to sign in any more."

    def run(self, passkey_id: int) -> HttpResponse:
        """Remove the passkey."""
        passkeys.remove_passkey(passkey_id=passkey_id, now=self.now)
        return self.go_back("The passkey was removed.")

    def describe(self, passkey_id: int) -> dict[str, str]:
        """Return the question, with the passkey's name."""
        user = queries.get_current_session(now=self.now).user
        name = queries.get_passkey(user, passkey_id=passkey_id).data["name"]
        return {"heading": f"Remove {name}?", "button": f"Yes, remove {name}"}
