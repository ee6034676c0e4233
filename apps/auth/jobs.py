"""What auth does outside requests: sending mail."""

from __future__ import annotations

from apps.auth.operations.mail import SendMail, send
from omnify.jobs import job
from omnify.jobs.runs import Run


@job(SendMail, attempts=8)
def send_mail(run: Run, asked: SendMail) -> None:
    """Hand a mail to the mail server, tried again while that is away."""
    run.call(send, asked.sealed, run.job_id)
