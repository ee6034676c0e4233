"""The pages to sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from msgspec.structs import asdict

from apps.auth import queries
from apps.auth.forms import PasskeySignInForm, SecondFactorForm, SignInForm
from apps.auth.messages.sign_in import Login, SecondStep
from apps.auth.operations import sign_in
from apps.auth.operations.limits import ADDRESS, PASSKEY
from apps.auth.pages.plain import PlainForm
from apps.auth.pages.sessions import redirect_to, start_over, with_next
from omnify.exceptions import UnauthenticatedError
from omnify.identity.permissions import PUBLIC
from omnify.pages.errors import error_page
from omnify.pages.parts import Banner, Form, Link
from omnify.pages.session import SIGN_IN_PATH, PageRequest
from omnify.pages.views import PageView

_SECOND_FACTOR = "omnify_auth/second_factor/page.html"


class SignInView(PlainForm):
    """The sign-in with e-mail and password."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    template = "omnify_auth/sign_in/page.html"
    form_class: ClassVar[type[BaseForm]] = SignInForm
    limit: ClassVar = ADDRESS
    heading = "Sign in"
    button = "Sign in"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Sign in and continue, or ask for the second factor."""
        outcome = sign_in.sign_in(Login(**given), device=self.device, now=self.now)
        if outcome.tokens is not None:
            return start_over(self.request, outcome.tokens)
        initial = {"challenge": outcome.challenge, "methods": " ".join(outcome.methods)}
        return self.show(
            _SECOND_FACTOR, second_step(self.request, SecondFactorForm(initial=initial))
        )

    def find_context(self) -> dict[str, Any]:
        """Return the form, and the one that a passkey's script fills."""
        shown = Form(
            fields=self.form,
            url=with_next(self.request, SIGN_IN_PATH),
            button=self.button,
            stays=False,
        )
        passkey = {
            "passkey": PasskeySignInForm(auto_id="passkey-%s"),
            "passkey_url": with_next(self.request, reverse("auth:passkey-sign-in")),
            "options_url": reverse("auth:passkey-sign-in-options"),
        }
        return {**super().find_context(), "form": shown, **passkey}

    def find_links(self) -> list[Link]:
        """Return the ways of those who have no password, or no account."""
        links = [Link(reverse("auth:forgot"), "Forgot your password?")]
        if queries.is_sign_up_open():
            register = with_next(self.request, reverse("auth:register"))
            links.append(Link(register, "New here? Register your organization"))
        return links


class PasskeySignInView(SignInView):
    """The sign-in with a passkey alone, made by the browser."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class: ClassVar = PasskeySignInForm
    limit: ClassVar = PASSKEY

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Lead to the page whose script fills the form."""
        return redirect_to(with_next(request, SIGN_IN_PATH))

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Sign in and continue."""
        answer = SecondStep(challenge=given["challenge"], passkey=given["passkey"])
        tokens = sign_in.sign_in_with_passkey(
            answer, host=self.request.get_host(), device=self.device, now=self.now
        )
        return start_over(self.request, tokens)

    def find_context(self) -> dict[str, Any]:
        """Return the page as it is at first, with what is wrong."""
        problems = " ".join(map(str, self.form.non_field_errors()))
        self.form = SignInForm()
        notice = Banner(text=problems or "The browser used no passkey; try again.", level="danger")
        return {**super().find_context(), "notices": [notice]}


class PasskeySignInOptionsView(PageView):
    """What the browser needs to sign in with a passkey."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: PageRequest) -> HttpResponse:
        """Return the options for ``navigator.credentials.get``."""
        options = sign_in.begin_with_passkey(
            host=request.get_host(), device=self.device, now=self.now
        )
        return JsonResponse(asdict(options))


class SecondFactorView(PlainForm):
    """The second step of signing in."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class = SecondFactorForm
    template = _SECOND_FACTOR

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Lead to the first step, which alone opens the second."""
        return redirect_to(with_next(request, SIGN_IN_PATH))

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Finish signing in and continue."""
        sent = {name: given[name] for name in ("challenge", "code", "passkey") if given[name]}
        _, tokens = sign_in.finish_sign_in(
            SecondStep(**sent), host=self.request.get_host(), device=self.device, now=self.now
        )
        return start_over(self.request, tokens)

    def find_context(self) -> dict[str, Any]:
        """Return the form, and how else the step can be taken."""
        return second_step(self.request, self.form)


class SignInPasskeyOptionsView(PageView):
    """What the browser needs to finish signing in with a passkey."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: PageRequest) -> HttpResponse:
        """Return the options for ``navigator.credentials.get``."""
        challenge = request.POST.get("challenge", "")
        try:
            options = sign_in.begin_answer(challenge, host=request.get_host(), now=self.now)
        except UnauthenticatedError as error:
            # Its words, beside the form; the floor would send a page away to renew its session.
            return error_page(request, error)
        return JsonResponse(asdict(options))


def second_step(request: PageRequest, form: BaseForm) -> dict[str, Any]:
    """Return what the template of the second step knows."""
    return {
        "heading": "Second step",
        "form": form,
        "methods": (form["methods"].value() or "").split(),
        "action": with_next(request, reverse("auth:second-factor")),
        "options_url": reverse("auth:sign-in-passkey-options"),
        "back": Link(SIGN_IN_PATH, "Start again"),
    }
