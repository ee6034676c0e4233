"""Proving addresses, changing them, and links that are mailed to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.db.models import QuerySet

from apps.auth.exceptions import EmailTakenError, EmailUndeliverableError, LinkInvalidError
from apps.auth.models import EmailToken, Membership, User
from apps.auth.models.addresses import claim_mailboxes
from apps.auth.operations import limits
from apps.auth.operations.mail import request_mail
from apps.auth.queries import is_email_verified, require_fresh_session
from apps.auth.tokens.secrets import hash_secret, make_secret
from omnify.db import atomic
from omnify.email_addresses import UndeliverableEmailError, canonical_email, fold_email
from omnify.encryption import decrypt_text, encrypt_text
from omnify.exceptions import RateLimitedError
from omnify.identity.arrival import Device
from omnify.identity.audit import record_audit
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

VERIFICATION, CHANGE, RESET = "verification", "change", "reset"
LIFETIMES = {
    VERIFICATION: timedelta(hours=24),
    CHANGE: timedelta(hours=24),
    RESET: timedelta(hours=1),
}


class MailLink(JobInput):
    """A request for a reset or verification link, by a user who may not have the address.

    The address is encrypted: its owner may have nothing to do with us.
    """

    kind = "auth.mail_link"

    purpose: str
    sealed_email: str
    address: str


def require_deliverable(email: str) -> str:
    """Return the one form of an address that a user gives for the first time.

    Raises:
        EmailUndeliverableError: no mail can be sent to it.
    """
    try:
        return canonical_email(email)
    except UndeliverableEmailError as error:
        errors = [{"field": "email", "message": EmailUndeliverableError.message}]
        raise EmailUndeliverableError(errors=errors) from error


def settle_mailboxes() -> None:
    """Give each mailbox to an account, also those of accounts that a former version made."""
    with atomic("auth"):
        claim_mailboxes(User.objects.all(), proven=EmailAddress.objects.filter(verified=True))


def add_address(user: User, *, email: str, is_verified: bool) -> None:
    """Give a new user their address."""
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=is_verified)


def mark_verified(user: User) -> None:
    """Note that the user's current address is proven."""
    EmailAddress.objects.update_or_create(
        user=user, primary=True, defaults={"email": user.email, "verified": True}
    )


def replace_address(user: User, *, email: str) -> None:
    """Replace the user's address by another one that they proved."""
    EmailAddress.objects.filter(user=user).delete()
    add_address(user, email=email, is_verified=True)


def make_link(purpose: str, *, user: User, email: str, now: datetime) -> str:
    """Make a link and return its secret; former ones are void. Call inside ``atomic``."""
    EmailToken.objects.filter(user=user, purpose=purpose, used_at=None).update(used_at=now)
    secret = make_secret()
    EmailToken.objects.create(
        user=user,
        purpose=purpose,
        email=email,
        token_hash=hash_secret(secret),
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    return secret


def void_links(user: User, *, now: datetime) -> None:
    """Make all links void that a user has not opened. Call inside ``atomic``."""
    EmailToken.objects.filter(user=user, used_at=None).update(used_at=now)


def get_link(*purposes: str, secret: str, now: datetime) -> EmailToken:
    """Return a link that can be used.

    Raises:
        LinkInvalidError: as ``spend_link`` does.
    """
    link = _usable(purposes, secret=secret, now=now).select_related("user").first()
    if link is None:
        raise LinkInvalidError(errors=[])
    return link


def spend_link(*purposes: str, secret: str, now: datetime) -> EmailToken:
    """Use a link up; of any number of parallel tries one does. Call inside ``atomic``.

    Raises:
        LinkInvalidError: it is unknown, was used or replaced, or has expired, or its user is
            disabled.
    """
    if not _usable(purposes, secret=secret, now=now).update(used_at=now):
        raise LinkInvalidError(errors=[])
    return EmailToken.objects.select_related("user").get(token_hash=hash_secret(secret))


def _usable(purposes: tuple[str, ...], *, secret: str, now: datetime) -> QuerySet[EmailToken]:
    # A condition on the row's own columns: an update that waits for a parallel one asks it again.
    return EmailToken.objects.filter(
        token_hash=hash_secret(secret),
        purpose__in=purposes,
        used_at=None,
        expires_at__gt=now,
        user_id__in=User.objects.filter(is_active=True).values("id"),
    )


def send_verification(user: User, *, now: datetime) -> None:
    """Mail a user the link that proves their address, and what it opens."""
    member = Membership.objects.filter(user=user).select_related("organization").first()
    organization = member.organization.name if member else ""
    with atomic("auth"):
        secret = make_link(VERIFICATION, user=user, email=user.email, now=now)
        request_mail("verification", to=user.email, secret=secret, organization=organization)


def request_link(purpose: str, *, email: str, device: Device, now: datetime) -> None:
    """Let a job mail a ``RESET`` or ``VERIFICATION`` link, if there is an account to mail it to.

    The job looks for the account: the request does the same for every address.

    Raises:
        RateLimitedError: too many requests from this address; says nothing of the account.
    """
    limits.spend_try(limits.MAIL_ADDRESS, limits.place_of(device.address), now=now)
    if may_mail(fold_email(email), now=now):
        with atomic("auth"):
            sealed = encrypt_text(email, purpose=MailLink.kind)
            address = device.address or ""
            request_job(MailLink(purpose=purpose, sealed_email=sealed, address=address))


def mail_link(purpose: str, sealed_email: str, address: str, now: datetime) -> None:
    """Mail a requested link, if the address belongs to an active user."""
    email = decrypt_text(sealed_email, purpose=MailLink.kind)
    user = User.objects.find_by_email(email)
    if user is None or not user.is_active:
        return
    if purpose == RESET:
        secret = make_link(RESET, user=user, email=user.email, now=now)
        request_mail("password_reset", to=user.email, secret=secret)
        record_audit("auth", "auth.password.reset_requested", user_id=user.id, address=address)
    elif not is_email_verified(user):
        send_verification(user, now=now)


def may_mail(email: str, *, now: datetime) -> bool:
    """Tell whether an address may get a mail; a refusal would tell of an account."""
    try:
        limits.spend_try(limits.MAIL_ACCOUNT, email, now=now)
    except RateLimitedError:
        return False
    return True


def verify_email(*, secret: str, now: datetime) -> User:
    """Prove an address with the secret that was mailed to it; a changed one takes effect here.

    Raises:
        LinkInvalidError: the link is of no use, or the user has another address by now.
        EmailTakenError: another user proved the address meanwhile.
    """
    try:
        with atomic("auth"):
            link = spend_link(VERIFICATION, CHANGE, secret=secret, now=now)
            if link.purpose == CHANGE:
                _take_over(link)
            elif link.user.email != link.email:
                raise LinkInvalidError(errors=[])
            else:
                mark_verified(link.user)
            record_audit("auth", "auth.email.verified", user_id=link.user_id)
    except IntegrityError as error:
        raise EmailTakenError from error
    return link.user


def request_email_change(*, email: str, now: datetime) -> None:
    """Mail a link to a user's new address; the old one holds until the new one is proven.

    Answers alike whether another user has the address, and whether it was mailed too often.

    Raises:
        ReauthenticationRequiredError: the session's proof of identity is too old.
        EmailUndeliverableError: no mail can be sent to the new address.
        RateLimitedError: too many mails were requested.
    """
    user, email = require_fresh_session(now=now).user, require_deliverable(email)
    limits.spend_try(limits.MAIL_ACCOUNT, str(user.id), now=now)
    if not may_mail(email, now=now):
        return
    with atomic("auth"):
        record_audit("auth", "auth.email.change_requested")
        secret = make_link(CHANGE, user=user, email=email, now=now)
        if User.objects.find_by_email(email):
            request_mail("account_exists", to=email)
        else:
            request_mail("verification", to=email, secret=secret)


def _take_over(link: EmailToken) -> None:
    former = link.user.email
    link.user.take_email(fold_email(link.email))
    link.user.save(update_fields=["email", "canonical_email"])
    replace_address(link.user, email=link.user.email)
    EmailToken.objects.filter(user=link.user, purpose=RESET, used_at=None).delete()
    request_mail("address_changed", to=former, new_email=link.user.email)
    record_audit("auth", "auth.email.changed", user_id=link.user_id)
