"""The jobs that tell people what became of their consent."""

from __future__ import annotations

from apps.integrations.authorizing.operations import SendMail, mail_owner
from apps.integrations.authorizing.tokens import TellOwner
from omnify.jobs import job
from omnify.jobs.runs import Run
from omnify.mail import send


@job(TellOwner, attempts=8)
def tell_owner(run: Run, job_input: TellOwner) -> None:
    """Find who is told, which auth knows, and request the mails."""
    run.call(mail_owner, job_input.connection_id)


@job(SendMail, attempts=8)
def send_mail(run: Run, mail: SendMail) -> None:
    """Hand a mail to the mail server, tried again while that is away."""
    run.call(send, mail, run.job_id)
