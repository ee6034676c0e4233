"""Keeping what was granted to a connection, letting go of it, and saying that it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from apps.auth.contract import Auth, Member
from apps.integrations.authorizing.models import Credential
from apps.integrations.authorizing.queries import get_credential
from apps.integrations.authorizing.tokens import Tokens, columns_of
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import NothingToRenewError
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Grant
from apps.integrations.platforms.telling import telling_callers
from omnify import mail
from omnify.db import atomic
from omnify.encryption import decrypt_text
from omnify.services import client_of


class SendMail(mail.SendMail):
    """A mail of integrations."""

    kind = "integrations.send_mail"


def keep_grant(connection: Connection, grant: Grant, now: datetime) -> None:
    """Keep what a person granted, in place of all that was granted before."""
    with atomic("integrations"):
        former = Credential.objects.select_for_update().filter(connection=connection).first()
        blank = Credential(connection=connection, version=former.version if former else 0)
        values = {**columns_of(blank, grant, now), "ended_at": None, "ended_words": ""}
        Credential.objects.update_or_create(connection=connection, defaults=values)


def renew_grant(connection: Connection) -> None:
    """Renew a connection's token now.

    Raises:
        ConnectionNotFoundError: it has no token.
        NothingToRenewError: its token has no end.
        ConnectionExpiredError, PlatformBusyError, PlatformUnreachableError: there is none.
    """
    credential = get_credential(connection.id)
    if not credential.refresh_encrypted:
        raise NothingToRenewError
    with telling_callers(connection.platform):
        Tokens(connection.id).renew(credential.version)


def read_grant(connection: Connection) -> Grant | None:
    """Return the tokens of a connection as they are, None where it has none."""
    row = Credential.objects.filter(connection=connection).first()
    if row is None:
        return None
    refresh = row.refresh_encrypted
    return Grant(
        access_token=decrypt_text(row.access_encrypted, purpose=row.secret_purpose),
        refresh_token=decrypt_text(refresh, purpose=row.secret_purpose) if refresh else "",
        facts=connection.facts,
    )


def forget_grant(connection: Connection) -> None:
    """Delete the tokens of a connection."""
    with atomic("integrations"):
        Credential.objects.filter(connection=connection).delete()


def mail_owner(connection_id: UUID) -> None:
    """Mail who connected a platform, else the organization's owners, that the consent has ended.

    Nobody is told if it is good again meanwhile, or the connection is gone.
    """
    row = Credential.objects.filter(connection_id=connection_id, ended_at__isnull=False).first()
    if row is None:
        return
    auth = client_of(Auth)
    organization, members = auth.get_organization(), auth.list_members()
    link = mail.public_link("integrations", reverse("integrations:connections"))
    for member in _find_responsible(row.connection, members):
        mail.request_mail(
            SendMail,
            "omnify_integrations/mail/consent_ended.txt",
            to=member.email,
            platform=get_adapter(row.connection.platform).spec.name,
            connection=row.connection.name,
            organization=organization.name,
            words=row.ended_words,
            link=link,
        )


def _find_responsible(connection: Connection, members: tuple[Member, ...]) -> Iterator[Member]:
    own = [member for member in members if member.user_id == connection.owner_id]
    yield from own or (member for member in members if member.role == "owner")
