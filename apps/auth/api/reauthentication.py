"""Proving oneself again."""

from __future__ import annotations

from apps.auth.messages.challenges import PasskeyOptions
from apps.auth.messages.reauthentication import Reauthentication
from apps.auth.messages.sessions import Tokens
from apps.auth.operations.reauthentication import begin_reauthentication, reauthenticate
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN


class ReauthenticateView(ServiceView):
    is_open_without_consent = True

    @route(
        SIGNED_IN,
        summary="Prove who I am again",
        description="With the second factor where there is one, else with the password. The "
        "session stays, with the tokens of the answer; the former ones are void.",
    )
    def post(self, answer: Reauthentication) -> Tokens:
        host = self.request.get_host()
        return reauthenticate(answer, host=host, device=self.device, now=self.now)


class ReauthenticationOptionsView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="Options to prove who I am with a passkey")
    def post(self) -> PasskeyOptions:
        return begin_reauthentication(host=self.request.get_host(), now=self.now)
