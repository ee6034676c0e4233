"""What the job of calling takes."""

from __future__ import annotations

from omnify.jobs import JobInput


class TidyAnswers(JobInput):
    """Delete what platforms answered long ago."""

    kind = "integrations.tidy_answers"
