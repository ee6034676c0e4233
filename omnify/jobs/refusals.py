"""The refusal that a job ended with, as its result and as an error again."""

from __future__ import annotations

import msgspec

from omnify.exceptions import OmnifyError
from omnify.jobs.messages import JobReport


def keep_refusal(error: OmnifyError) -> bytes:
    """Return a refusal as the JSON that is kept as a job's result."""
    described = {
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
    }
    return msgspec.json.encode({**error.details, **described})


def find_refusal(report: JobReport) -> OmnifyError | None:
    """Return the refusal that a job ended with, None if it ended otherwise or not yet."""
    if report.state != "failed" or not isinstance(report.result, dict):
        return None
    details = dict(report.result)
    title, status, code = details.pop("title"), details.pop("status"), details.pop("code")
    error = OmnifyError(details.pop("detail"), **details)
    error.title, error.status, error.code = title, status, code
    return error
