"""Run a monolith as in production, and measure the processes of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.events import ROOT, environment
from benchmarks.ports import free_port, wait_for
from omnify.topology.processes import die_with_parent
from tests.processes import children, embedded_workers, web_processes

_TICKS = os.sysconf("SC_CLK_TCK")
_MEBIBYTE = 1024**2


class Usage(NamedTuple):
    """What processes use: proportional memory in MB, processor time in seconds."""

    megabytes: float
    seconds: float


class RunningServer(NamedTuple):
    """A monolith under ``manage.py serve``."""

    url: str
    process_id: int

    def web(self) -> Usage:
        """Return what the process that stays, gunicorn and the web process use."""
        return _usage_of(set(_descend(self.process_id)) - set(embedded_workers(self.process_id)))

    def worker(self) -> Usage:
        """Return what the embedded worker uses."""
        return _usage_of(embedded_workers(self.process_id))

    def web_processes(self) -> set[int]:
        """Return the processes that answer requests."""
        return set(web_processes(self.process_id))

    def all(self) -> Usage:
        """Return what all processes use together."""
        return _usage_of(set(_descend(self.process_id)))


@contextlib.contextmanager
def running_server(
    folder: str, *, enter: Callable[[], None] | None = None, **environ: str
) -> Iterator[RunningServer]:
    """Serve a monolith over a new database in a folder, on a port of its own.

    Its first process does ``enter`` before anything else.
    """
    port = free_port()
    own = environment(f"sqlite:///{folder}/bench.sqlite3", "") | {
        "BIND_ADDRESS": "127.0.0.1",
        "PORT": str(port),
        "OMNIFY_DRAIN_DIRECTORY": folder,
        "OMNIFY_DRAIN_SECONDS": "0",
        "LOG_LEVEL": "CRITICAL",
        **environ,
    }
    manage = [sys.executable, "manage.py"]

    def begin() -> None:
        # A benchmark that is cut off leaves nothing behind.
        die_with_parent()
        if enter:
            enter()

    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=own, check=True)
    # It prints the mails that it would send.
    server = subprocess.Popen(
        [*manage, "serve"],
        cwd=ROOT,
        env=own,
        stdout=subprocess.DEVNULL,
        preexec_fn=begin,  # noqa: PLW1509 - no thread runs yet
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/health/live")
        yield RunningServer(url, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=60)


def _usage_of(process_ids: Iterable[int]) -> Usage:
    return Usage(
        megabytes=sum(map(_proportional_bytes, process_ids)) / _MEBIBYTE,
        seconds=sum(map(_cpu_seconds, process_ids)),
    )


def _descend(process_id: int) -> Iterator[int]:
    yield process_id
    for child in children(process_id):
        yield from _descend(child)


def _proportional_bytes(process_id: int) -> int:
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def _cpu_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
