"""The job that deletes what platforms answered long ago."""

from __future__ import annotations

from django.utils import timezone

from apps.integrations.calling.operations.answers import TidyAnswers, forget_answers
from omnify.jobs import Cron, job
from omnify.jobs.runs import Run


@job(TidyAnswers, schedule=Cron("50 3 * * *"))
def tidy_answers(run: Run, _job_input: TidyAnswers) -> int:
    """Delete answers that are older than they are kept, each night."""
    return run.call(forget_answers, timezone.now())
