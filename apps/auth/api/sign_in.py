"""Signing in."""

from __future__ import annotations

from apps.auth.api.limits import CountedView
from apps.auth.messages.challenges import Challenge, PasskeyOptions
from apps.auth.messages.sign_in import Login, SecondStep, SignedIn, SignInPending
from apps.auth.operations import sign_in
from apps.auth.operations.limits import ADDRESS
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC
from omnify.services.messages import as_message


class LoginView(CountedView):
    limit = ADDRESS

    @route(
        PUBLIC,
        summary="Sign in with e-mail and password",
        description="With a second factor set up the answer is 202 and a challenge for "
        "`/api/auth/login/mfa`.",
        answers={200: SignedIn, 202: SignInPending},
    )
    def post(self, login: Login) -> SignedIn | SignInPending:
        signed_in = sign_in.sign_in(login, device=self.device, now=self.now)
        if signed_in.tokens is None:
            return as_message(SignInPending, signed_in, next="mfa")
        return as_message(SignedIn, signed_in.tokens, user=signed_in.user)


class FinishLoginView(ServiceView):
    @route(PUBLIC, summary="Finish signing in with a second factor")
    def post(self, answer: SecondStep) -> SignedIn:
        host = self.request.get_host()
        user, tokens = sign_in.finish_sign_in(answer, host=host, device=self.device, now=self.now)
        return as_message(SignedIn, tokens, user=user)


class LoginPasskeyOptionsView(ServiceView):
    @route(PUBLIC, summary="Options to finish signing in with a passkey")
    def post(self, pending: Challenge) -> PasskeyOptions:
        host = self.request.get_host()
        return sign_in.begin_answer(pending.challenge, host=host, now=self.now)
