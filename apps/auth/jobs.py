"""What auth does outside requests: sending mail, and what must not show in an answer's time."""

from __future__ import annotations

from django.utils import timezone

from apps.auth.operations.addresses import MailLink, mail_link
from apps.auth.operations.mail import SendMail
from apps.auth.operations.registration import Register, register_requested
from omnify.jobs import job
from omnify.jobs.runs import Run
from omnify.mail import send


@job(SendMail, attempts=8)
def send_mail(run: Run, mail: SendMail) -> None:
    """Hand a mail to the mail server, tried again while that is away."""
    run.call(send, mail, run.job_id)


@job(MailLink)
def mail_requested_link(run: Run, request: MailLink) -> None:
    """Mail a requested link, if there is such an account."""
    run.step(mail_link, request.purpose, request.sealed_email, request.address, timezone.now())


@job(Register)
def register(run: Run, request: Register) -> None:
    """Make an organization whose owner's address is to be proven."""
    run.step(register_requested, request.sealed)
