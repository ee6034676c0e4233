"""Second factors: the authenticator app, recovery codes, and what is set up."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.second_factor import MfaStatus, RecoveryCodes, TotpCode, TotpSetup
from apps.auth.operations import second_factor
from apps.auth.operations.recovery_codes import renew_recovery_codes
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN


class MfaStatusView(ServiceView):
    @route(SIGNED_IN, summary="Show my second factors")
    def get(self) -> MfaStatus:
        return queries.describe_factors(queries.get_current_session(now=self.now).user)


class SetUpTotpView(ServiceView):
    @route(SIGNED_IN, summary="Begin to set up an authenticator app")
    def post(self) -> TotpSetup:
        return second_factor.set_up_totp(now=self.now)


class ConfirmTotpView(ServiceView):
    @route(
        SIGNED_IN,
        summary="Take the authenticator app into use",
        description="Answers with recovery codes, shown this once. All other sessions end.",
    )
    def post(self, totp: TotpCode) -> RecoveryCodes:
        codes = second_factor.confirm_totp(code=totp.code, now=self.now)
        return RecoveryCodes(recovery_codes=tuple(codes))


class DisableMfaView(ServiceView):
    @route(
        SIGNED_IN,
        summary="Remove all my second factors",
        description="Needs a fresh proof of identity with a factor.",
    )
    def post(self) -> None:
        second_factor.disable_factors(now=self.now)


class RecoveryCodesView(ServiceView):
    @route(
        SIGNED_IN,
        summary="Make new recovery codes",
        description="Shown this once; all former ones are void.",
    )
    def post(self) -> RecoveryCodes:
        return RecoveryCodes(recovery_codes=tuple(renew_recovery_codes(now=self.now)))
