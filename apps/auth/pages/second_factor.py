"""What the security page does with the authenticator app, and with all second factors."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth.forms import CodeForm
from apps.auth.messages.second_factor import TotpSetup
from apps.auth.operations import second_factor
from apps.auth.pages.security import SecurityForm, find_security, show_security
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.forms import ActionPage, QuestionPage
from omnify.pages.parts import Banner, Form


class SetUpAppView(ActionPage):
    """The start of the set-up of an authenticator app."""

    access: ClassVar = {"POST": SIGNED_IN}

    def run(self) -> HttpResponse:
        """Show what the app needs, and ask for its first code."""
        setup = second_factor.set_up_totp(now=self.now)
        return show_security(self, **_describe(setup, CodeForm()))


class ConfirmAppView(SecurityForm):
    """The first code of an authenticator app; a wrong one can be tried again."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    form_class = CodeForm
    problem_field = "code"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Take the app into use, and show the recovery codes that came with a first factor."""
        codes = second_factor.confirm_totp(code=given["code"], now=self.now)
        return show_security(self, "The authenticator app is set up.", recovery_codes=codes)

    def find_context(self) -> dict[str, Any]:
        """Return the page with the set-up as it stands; one that has expired starts again."""
        setup = second_factor.find_totp_setup(now=self.now)
        if setup is not None:
            return {**find_security(self.now), **_describe(setup, self.form)}
        notice = Banner(text="The set-up took too long; start it again.", level="danger")
        return {**find_security(self.now), "notices": [notice]}


def _describe(setup: TotpSetup, form: BaseForm) -> dict[str, Any]:
    return {
        "secret": setup.secret,
        "picture": base64.b64encode(setup.qr_svg.encode()).decode(),
        "app": Form(fields=form, url=reverse("auth:confirm-app"), button="Confirm"),
    }


class RemoveFactorsView(QuestionPage):
    """The end of all second factors."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    back = "auth:security"
    heading = "Remove all second factors?"
    text = "Your password alone is enough to sign in then, and your recovery codes are void."
    button = "Yes, remove all second factors"

    def run(self) -> HttpResponse:
        """Remove them."""
        second_factor.disable_factors(now=self.now)
        return self.go_back("Your second factors were removed.")
