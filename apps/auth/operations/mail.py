"""The one place that sends mail: a job, requested by the transaction that the mail is about."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import msgspec
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from omnify.conf import settings
from omnify.db import atomic
from omnify.email_addresses import canonical_email
from omnify.encryption import decrypt_text, encrypt_text
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job
from omnify.services.discovery import find_public_url

#: Kind of mail to the page that its secret opens.
_PAGES = {
    "verification": "/app/auth/verify-email",
    "password_reset": "/app/auth/reset",
    "invitation": "/app/auth/invitation",
}


class SendMail(JobInput):
    """A mail to be sent; encrypted, since its link may open an account."""

    kind = "auth.send_mail"

    sealed: str


class _Mail(msgspec.Struct):
    to: str
    subject: str
    body: str


def request_mail(kind: str, *, to: str, secret: str = "", **values: object) -> None:
    """Let a job send ``mail/<kind>.txt`` (its first line is the subject) after the commit.

    The link is built from the configured address of auth, never from a request's host.
    """
    page = _PAGES.get(kind, "")
    # Without a configured address nothing leaves this machine (see settings/environment/mail.py).
    base = find_public_url("auth") or f"http://localhost:{settings.PORT}"
    link = f"{base}{page}?token={quote(secret, safe='')}" if page else ""
    lines = {name: _as_line(value) for name, value in values.items()}
    text = render_to_string(f"omnify_auth/mail/{kind}.txt", {**lines, "to": to, "link": link})
    subject, _, body = text.partition("\n")
    mail = _Mail(to, subject.strip(), body.lstrip("\n"))
    with atomic("auth"):
        request_job(
            SendMail(sealed=encrypt_text(msgspec.json.encode(mail).decode(), purpose=SendMail.kind))
        )


def _as_line(value: object) -> object:
    """Return a text in one line: names that are older than their check may have several."""
    return " ".join(value.split()) if isinstance(value, str) else value


def send(sealed: str, job_id: UUID) -> None:
    """Send a mail; sent twice, it has the same id, by which a mailbox keeps one."""
    mail = msgspec.json.decode(decrypt_text(sealed, purpose=SendMail.kind), type=_Mail)
    domain = settings.EMAIL_FROM.rpartition("@")[2].strip("> ") or "omnify"
    headers = {"Message-ID": f"<{job_id}@{domain}>"}
    to = [canonical_email(mail.to)]
    EmailMessage(mail.subject, mail.body, settings.EMAIL_FROM, to, headers=headers).send()
