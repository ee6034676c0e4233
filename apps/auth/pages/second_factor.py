"""What the security page does with the authenticator app, and with all second factors."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from apps.auth.forms import CodeForm
from apps.auth.operations import second_factor
from apps.auth.pages.security import SecurityForm, show_security
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.forms import ActionPage, QuestionPage
from omnify.pages.parts import Form

_CONFIRM = "Confirm"


class SetUpAppView(ActionPage):
    """The set-up of an authenticator app; its secret is shown this once."""

    access: ClassVar = {"POST": SIGNED_IN}

    def run(self) -> HttpResponse:
        """Show what the app needs, and ask for its first code."""
        setup = second_factor.set_up_totp(now=self.now)
        picture = base64.b64encode(setup.qr_svg.encode()).decode()
        form = Form(fields=CodeForm(), url=reverse("auth:confirm-app"), button=_CONFIRM)
        return show_security(self, secret=setup.secret, picture=picture, app=form)


class ConfirmAppView(SecurityForm):
    """The first code of an authenticator app; a wrong one can be tried again."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    form_class = CodeForm
    place = "app"
    button = _CONFIRM
    problem_field = "code"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Take the app into use, and show the recovery codes that came with a first factor."""
        codes = second_factor.confirm_totp(code=given["code"], now=self.now)
        return show_security(self, "The authenticator app is set up.", recovery_codes=codes)


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
