"""Durable jobs: requested with the change that needs them, run by workers, finished once."""

from omnify.jobs.definitions import Limits, Schedule, job, question, workflow
from omnify.jobs.messages import JobInput

__all__ = ["JobInput", "Limits", "Schedule", "job", "question", "workflow"]
