"""Durable jobs: requested with the change that needs them, run by workers, finished once."""

from omnify.jobs.crons import Cron
from omnify.jobs.definitions import Limits, job, question, workflow
from omnify.jobs.looks import each_look
from omnify.jobs.messages import JobInput

__all__ = ["Cron", "JobInput", "Limits", "each_look", "job", "question", "workflow"]
