"""Run jobs in a process: it hands them to the engine, beats, and takes over from dead workers."""

from __future__ import annotations

import fcntl
import hashlib
import resource
import signal
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from omnify.conf import settings
from omnify.db import alias_of, services_by_alias
from omnify.db.locks import try_lock
from omnify.jobs.definitions import definitions_of
from omnify.jobs.handover import give_up_lost, hand_over, pass_on
from omnify.jobs.looks import look
from omnify.jobs.models import KEPT_JOBS, Job, Worker
from omnify.jobs.questions import Questions
from omnify.jobs.schedules import declare_schedules, request_due
from omnify.services.registry import hosted_services

if TYPE_CHECKING:
    from omnify.jobs.engine import Engine

log = structlog.get_logger(__name__)

#: How often new jobs, and the engine's queues, are looked for, in seconds.
LOOK_SECONDS = 0.5
#: How often a worker beats, and after how long without a beat it counts as dead, in seconds.
BEAT_SECONDS = 5.0
DEAD_SECONDS = 20.0
#: How long a stopping worker waits for what it runs, in seconds.
STOP_SECONDS = 10
_FAILURE_SECONDS = 2.0
#: How often a waiting worker checks whether a process of this machine asks something.
_BELL_SECONDS = 0.02
_UPKEEP_SECONDS = 600.0
_MOST_INDEXES = 1000


class JobWorker:
    """The engine and the thread beside it.

    It reads the monotonic clock: a wall clock that jumps makes no worker look dead. Schedules alone
    follow the wall clock.
    """

    def __init__(
        self,
        services: Iterable[str],
        *,
        beat_seconds: float = BEAT_SECONDS,
        dead_seconds: float = DEAD_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self.services = tuple(services)
        self._by_alias = services_by_alias(self.services)
        self._beat_seconds, self._dead_seconds = beat_seconds, dead_seconds
        self._look_seconds = look_seconds
        self._beat_at = 0.0
        self._upkeep_at = 0.0
        self._minute = 0
        self._seen: dict[str, tuple[int, float]] = {}
        self._stopped = threading.Event()
        self._bell = threading.Event()
        self._questions: Questions | None = None
        self._thread = threading.Thread(target=self._work, name="omnify-jobs", daemon=True)
        self._engine: Engine | None = None
        self._name_lock: IO[str] | None = None
        self.name = ""

    def start(self) -> None:
        """Take a name and start the thread, which starts the engine; returns at once."""
        self.name, self._name_lock = _take_name()
        self._thread.start()

    def stop(self, *, grace_seconds: int = STOP_SECONDS) -> None:
        """Begin no more jobs, finish running ones if that is quick, and record the stop."""
        self._stopped.set()
        self._bell.set()
        self._thread.join()
        if self._questions is not None:
            self._questions.stop()
        if self._engine is not None:
            self._engine.stop(grace_seconds=grace_seconds)
        with suppress(DatabaseError):
            for alias in self._by_alias:
                Worker.objects.using(alias).filter(name=self.name).update(has_stopped=True)
        if self._name_lock is not None:
            self._name_lock.close()
        close_old_connections()

    def is_idle(self) -> bool:
        """Tell whether no job of these services runs; workflows wait more than they run."""
        waiting = [
            definition.kind
            for service in self.services
            for definition in definitions_of(service)
            if definition.is_workflow
        ]
        running = [
            Job.objects.using(alias_of(service)).filter(service=service, state=Job.State.RUNNING)
            for service in self.services
        ]
        try:
            return not any(rows.exclude(kind__in=waiting).exists() for rows in running)
        except DatabaseError:
            return False
        finally:
            close_old_connections()

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self._turn()
                pause = self._look_seconds
            except DatabaseError as error:
                log.warning("jobs_database_away", reason=type(error).__name__)
                pause = _FAILURE_SECONDS
            except Exception:
                log.exception("jobs_thread_failed")
                pause = _FAILURE_SECONDS
            finally:
                close_old_connections()
            self._wait(pause)

    def _wait(self, seconds: float) -> None:
        """Wait for the next regular look; what is asked meanwhile is begun at once."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._stopped.is_set():
            is_rung = self._bell.wait(min(left, _BELL_SECONDS))
            if self._questions is None or not (is_rung or self._questions.was_asked()):
                continue
            self._bell.clear()
            try:
                self._questions.take()
            except DatabaseError:
                # The next regular look finds out whether it is still away.
                return
            finally:
                close_old_connections()

    def _turn(self) -> None:
        engine = self._engine or self._start_engine()
        questions = self._questions = self._questions or Questions(
            self.services, on_free=self._bell.set
        )
        questions.take()
        self._look_at_schedules()
        look(self.services)
        for alias, services in self._by_alias.items():
            while hand_over(engine, alias, services):
                pass
            pass_on(engine, alias, services)
        if time.monotonic() >= self._beat_at:
            self._beat_at = time.monotonic() + self._beat_seconds
            self._beat()
            self._take_over(engine)
            for alias, services in self._by_alias.items():
                give_up_lost(engine, alias, services)
            questions.ask_again()
        self._keep_up(engine)

    def _look_at_schedules(self) -> None:
        """Request what is due, in each minute of the wall clock; of very many a batch in a turn."""
        minute = int(time.time() // 60)
        if minute == self._minute:
            return
        if not sum(request_due(service, timezone.now()) for service in self.services):
            self._minute = minute

    def _keep_up(self, engine: Engine) -> None:
        """Let the engine delete what our rows no longer have, a batch and one worker at a time."""
        if time.monotonic() < self._upkeep_at:
            return
        self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
        with try_lock(next(iter(self._by_alias)), "jobs-upkeep") as is_mine:
            if is_mine and engine.forget_ended(timezone.now() - KEPT_JOBS):
                self._upkeep_at = 0.0

    def _start_engine(self) -> Engine:
        # Imported here: it costs 0.3 s and 27 MB, and only a process that runs jobs needs it.
        from omnify.jobs.engine import Engine

        engine = Engine(self.name, self.services, polling_seconds=self._look_seconds * 2)
        engine.start()
        for service in self.services:
            declare_schedules(service)
        self._engine = engine
        return engine

    def _beat(self) -> None:
        for alias in self._by_alias:
            row, _ = Worker.objects.using(alias).get_or_create(name=self.name)
            row.beats += 1
            row.services, row.has_stopped = " ".join(self.services), False
            row.save(using=alias)

    def _take_over(self, engine: Engine) -> None:
        now = time.monotonic()
        for alias in self._by_alias:
            for row in Worker.objects.using(alias).exclude(name=self.name):
                place = f"{alias} {row.name}"
                beats, since = self._seen.get(place, (-1, now))
                if beats != row.beats:
                    since = now
                self._seen[place] = (row.beats, since)
                if row.has_stopped or now - since > self._dead_seconds:
                    count = engine.recover(row.name)
                    log.warning("jobs_taken_over", worker=row.name, jobs=count)
                    row.delete(using=alias)
                    self._seen.pop(place)


def _take_name() -> tuple[str, IO[str]]:
    """Return the lowest name that no other worker of this host has, and its lock.

    A process that is started again mostly gets the name of the one that died, and resumes its jobs
    at once; the kernel frees a name when its process ends.
    """
    host = socket.gethostname()
    database = hashlib.sha256(settings.JOBS_DATABASE_URL.encode()).hexdigest()[:12]
    for index in range(_MOST_INDEXES):
        path = Path(settings.DRAIN_DIRECTORY) / f"omnify-worker-{database}-{index}.lock"
        handle = path.open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            continue
        return f"{host}-{index}", handle
    raise RuntimeError(f"{_MOST_INDEXES} workers of this database run on this host already")


def run_worker(*, most_growth_bytes: int | None = None) -> None:
    """Run the jobs of the hosted services in this process until TERM or INT.

    With ``most_growth_bytes`` it also returns when it has grown by more than that and no job runs,
    so that another process can take its place: heavy jobs leave memory that is not given back.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    resident = _resident_bytes()
    worker = JobWorker(hosted_services())
    worker.start()
    log.info("worker_started", name=worker.name, services=worker.services)
    while not stopping.wait(BEAT_SECONDS):
        growth = _resident_bytes() - resident
        if most_growth_bytes is not None and growth > most_growth_bytes and worker.is_idle():
            log.info("worker_replaced", name=worker.name, growth_bytes=growth)
            break
    worker.stop()


def _resident_bytes() -> int:
    """Return the memory of this process, 0 where the system does not tell."""
    with suppress(FileNotFoundError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return 0
