"""Write mails from templates, let jobs of the asking service send them, and send them."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID, uuid5

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


class SendMail(JobInput):
    """A mail to be sent; encrypted, since its link may open an account.

    A service that sends mail derives its own job from it, ``kind = "<service>.send_mail"``, whose
    function is one ``run.call(send, mail, run.job_id)``.
    """

    sealed: str


class _Mail(msgspec.Struct):
    to: str
    subject: str
    body: str


def public_link(service: str, path: str, *, token: str = "") -> str:
    """Return a link to a page of a service, with a secret if there is one.

    It is built from the configured address, never from a request's host.
    """
    # Without a configured address nothing leaves this machine (see settings/environment/mail.py).
    base = find_public_url(service) or f"http://localhost:{settings.PORT}"
    return f"{base}{path}?token={quote(token, safe='')}" if token else f"{base}{path}"


def request_mail(job: type[SendMail], template: str, *, to: str, **values: object) -> UUID:
    """Let a job send a mail after the commit, and return the job's id.

    Args:
        job: the asking service's.
        template: a text whose first line is the subject; ``to`` is among its values.
        to: the one recipient; each of several gets a mail, and so a job, of their own.
        values: what the template shows; texts come in one line.

    Raises:
        ImproperlyConfigured: ``OMNIFY_ENCRYPTION_KEYS`` is missing.
    """
    lines = {name: _as_line(value) for name, value in values.items()}
    subject, _, body = render_to_string(template, {**lines, "to": to}).partition("\n")
    mail = msgspec.json.encode(_Mail(to, subject.strip(), body.lstrip("\n")))
    with atomic(job.owning_service()):
        return request_job(job(sealed=encrypt_text(mail.decode(), purpose=job.kind)))


def _as_line(value: object) -> object:
    """Return a text in one line: names that are older than their check may have several."""
    return " ".join(value.split()) if isinstance(value, str) else value


def send(job: SendMail, run_id: UUID) -> None:
    """Send a mail; sent twice by a run, it has the same Message-ID, by which a mailbox keeps one.

    Raises:
        UndecipherableError: no key of the ring encrypted it.
        OSError: the mail server is away, or refuses it.
    """
    mail = msgspec.json.decode(decrypt_text(job.sealed, purpose=job.kind), type=_Mail)
    to = canonical_email(mail.to)
    domain = settings.EMAIL_FROM.rpartition("@")[2].strip("> ") or "omnify"
    headers = {"Message-ID": f"<{uuid5(run_id, to)}@{domain}>"}
    EmailMessage(mail.subject, mail.body, settings.EMAIL_FROM, [to], headers=headers).send()
