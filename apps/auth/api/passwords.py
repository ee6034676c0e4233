"""Passwords."""

from __future__ import annotations

from apps.auth.api.limits import CountedView
from apps.auth.messages.addresses import EmailAddress
from apps.auth.messages.passwords import PasswordChange, PasswordReset
from apps.auth.messages.sessions import Tokens
from apps.auth.operations import passwords
from apps.auth.operations.addresses import RESET, request_link
from apps.auth.operations.limits import MAIL_ADDRESS
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC, SIGNED_IN


class ChangePasswordView(ServiceView):
    is_open_without_consent = True

    @route(
        SIGNED_IN,
        summary="Change my password",
        description="All other sessions end; this one stays, with the tokens of the answer.",
    )
    def post(self, change: PasswordChange) -> Tokens:
        return passwords.change_password(change, device=self.device, now=self.now)


class RequestResetView(CountedView):
    limit = MAIL_ADDRESS

    @route(
        PUBLIC,
        summary="Mail a link that resets a password",
        description="Answers alike whether there is an account.",
        status=202,
    )
    def post(self, account: EmailAddress) -> None:
        request_link(RESET, email=account.email, device=self.device, now=self.now)


class ConfirmResetView(ServiceView):
    @route(
        PUBLIC,
        summary="Set a new password with a mailed link",
        description="Ends all sessions and API keys; the second factor stays.",
    )
    def post(self, reset: PasswordReset) -> None:
        passwords.reset_password(secret=reset.token, new=reset.new_password, now=self.now)
