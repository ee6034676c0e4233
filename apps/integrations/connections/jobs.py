"""The job that warns of versions of platforms' APIs that end."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from django.utils import timezone

from apps.integrations.connections.queries import TOLD_DAYS, list_ending_versions
from omnify.jobs import Cron, JobInput, job
from omnify.jobs.runs import Run

log = structlog.get_logger(__name__)
#: The days before an end on which it is warned of; from then on each day.
_WARNINGS: Final = (TOLD_DAYS, 30, 7)


class WarnOfVersions(JobInput):
    """Warn of versions of platforms' APIs that end."""

    kind = "integrations.warn_of_versions"


@job(WarnOfVersions, schedule=Cron("20 6 * * *"))
def warn_of_versions(run: Run, _job_input: WarnOfVersions) -> int:
    """Warn in the log once per fleet and platform, whatever number of processes asks it."""
    return run.call(warn, timezone.now())


def warn(now: datetime) -> int:
    """Warn of what ends in 60, 30 or 7 days, and daily once it has ended; return of how many."""
    told = [
        each
        for each in list_ending_versions(now.date())
        if each.days in _WARNINGS or each.days <= 0
    ]
    for each in told:
        log.warning(
            "platform_version_ends",
            platform=each.platform,
            version=each.version,
            ends=each.ends.isoformat(),
            days=each.days,
        )
    return len(told)
