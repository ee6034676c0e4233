"""The worker beside a server: a child process that runs the jobs, so that requests do not wait."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from multiprocessing.process import BaseProcess

import structlog
from prometheus_client import multiprocess

from omnify.conf import settings
from omnify.jobs.definitions import defines_jobs
from omnify.jobs.worker import STOP_SECONDS, run_worker
from omnify.services.registry import hosted_services
from omnify.topology.processes import die_with_parent
from omnify.topology.restarts import Backoff

log = structlog.get_logger(__name__)

#: How much a worker grows by before another takes its place: the job engine's library is a third.
_MOST_GROWTH_BYTES = 96 * 1024**2
#: What a worker gets to end in, beyond the time that its jobs get.
_SPARE_SECONDS = 5
#: A third of a processor's time where requests want all of it: a job may hold a lock of SQLite's
#: that they wait for, so it must not stand still.
_NICENESS = 5


def embeds_worker() -> bool:
    """Tell whether servers of this slice have a worker beside them."""
    has_jobs = any(defines_jobs(service) for service in hosted_services())
    return settings.EMBEDS_WORKER and bool(settings.JOBS_DATABASE_URL) and has_jobs


class EmbeddedWorker:
    """A fork of this process that runs jobs, and another when it ends; none if others run them."""

    def __init__(self) -> None:
        self._is_wanted = embeds_worker()
        self._process: BaseProcess | None = None
        self._started_at = self._due_at = 0.0
        self._backoff = Backoff()

    def keep_running(self) -> None:
        """Start the worker if there is none, not too soon after one has died."""
        if self._process is not None and not self._process.is_alive():
            self._bury(self._process)
        if self._is_wanted and self._process is None and time.monotonic() >= self._due_at:
            fork = multiprocessing.get_context("fork")
            self._process = fork.Process(target=_work)
            self._process.start()
            self._started_at = time.monotonic()

    def stop(self) -> None:
        """Let the worker finish what it runs if that is quick, and end it."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(STOP_SECONDS + _SPARE_SECONDS)
        self._process.kill()
        self._process.join()

    def _bury(self, process: BaseProcess) -> None:
        now = time.monotonic()
        pause = 0.0
        if process.exitcode:
            pause = self._backoff.take_pause(lived_seconds=now - self._started_at)
            log.error("worker_ended", code=process.exitcode, starts_again_in_seconds=pause)
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            multiprocess.mark_process_dead(process.pid)  # type: ignore[no-untyped-call]
        self._process, self._due_at = None, now + pause


def _work() -> None:
    die_with_parent()
    # Requests come first: their processes share the processors with the jobs.
    os.nice(_NICENESS)
    run_worker(most_growth_bytes=_MOST_GROWTH_BYTES)


def start_beside_runserver() -> subprocess.Popen[bytes]:
    """Start a worker that ends with Django's development server, which loads its code anew."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, sys.argv[0], "worker"],
        preexec_fn=die_with_parent,  # noqa: PLW1509 - a system call, which takes no lock
    )
