"""Proving addresses, and changing them."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.api.limits import CountedView
from apps.auth.messages.addresses import EmailAddress, Link
from apps.auth.operations import addresses
from apps.auth.operations.addresses import VERIFICATION, request_link
from apps.auth.operations.limits import MAIL_ADDRESS
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC, SIGNED_IN


class SendVerificationView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="Mail me the link that proves my address", status=202)
    def post(self) -> None:
        user = queries.get_current_session(now=self.now).user
        request_link(VERIFICATION, email=user.email, device=self.device, now=self.now)


class ResendVerificationView(CountedView):
    limit = MAIL_ADDRESS

    @route(
        PUBLIC,
        summary="Mail the link that proves an address again",
        description="Answers alike whether there is an account.",
        status=202,
    )
    def post(self, account: EmailAddress) -> None:
        request_link(VERIFICATION, email=account.email, device=self.device, now=self.now)


class VerifyEmailView(ServiceView):
    @route(PUBLIC, summary="Prove an address with the mailed link")
    def post(self, link: Link) -> None:
        addresses.verify_email(secret=link.token, now=self.now)


class ChangeEmailView(ServiceView):
    @route(
        SIGNED_IN,
        summary="Change my e-mail address",
        description="Needs a fresh proof of identity. The new address counts once the link that "
        "is mailed to it is opened (`/api/auth/verify-email`); the old one is told then.",
        status=202,
    )
    def post(self, address: EmailAddress) -> None:
        addresses.request_email_change(email=address.email, now=self.now)
