"""Judge the requests of some services by the gateway's log: number, failures, speed."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import msgspec
import requests

_SERVER_ERROR = 500
#: One request in ten may take so many times as long as before, and so many seconds anyway.
_SLOWER, _SLOW_SECONDS = 3.0, 0.5
_PERCENTILE = 0.9
#: Fewer requests prove nothing about speed, fewer failures nothing about a rise.
_ENOUGH_REQUESTS, _ENOUGH_FAILURES = 20, 3
_RISE = 0.01
#: Longer than the gateway takes to write a line after its answer.
_LOG_SECONDS, _LOOK_SECONDS = 2.0, 0.02


class Traffic(msgspec.Struct, frozen=True):
    """The requests of a period: their number, how many failed, how long a slow one took."""

    requests: int
    failures: int
    slow_seconds: float

    def __str__(self) -> str:
        return (
            f"{self.requests} requests, {self.failures} failed,"
            f" nine in ten within {self.slow_seconds * 1000:.0f} ms"
        )


class AccessLog:
    """The gateway's log from the moment this object is made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = path.stat().st_size

    def read(self, services: Collection[str]) -> Traffic:
        """Return the traffic of some services since then."""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            # The line that is being written is not whole yet.
            return summarize((line for line in file if line.endswith(b"\n")), services)

    def tells_of(self, request_id: str) -> bool:
        """Tell whether a request is in the log."""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            return request_id.encode() in file.read()


def find_silence(url: str, log: AccessLog) -> str:
    """Say why the gateway's log cannot be relied on; empty if it shows a request.

    The request is for a path that no slice has, so that none receives it.
    """
    request_id = uuid.uuid4().hex
    try:
        requests.get(f"{url}/watching", headers={"X-Request-ID": request_id}, timeout=2)
    except requests.RequestException:
        return "the gateway does not answer"
    until = time.monotonic() + _LOG_SECONDS
    while not log.tells_of(request_id):
        if time.monotonic() > until:
            return f"{log.path} does not show the gateway's requests: its disk may be full"
        time.sleep(_LOOK_SECONDS)
    return ""


def summarize(lines: Iterable[bytes], services: Collection[str]) -> Traffic:
    """Return the traffic of some services in lines of the log."""
    entries = [entry for entry in _entries(lines) if entry["service"] in services]
    seconds = sorted(float(entry["seconds"]) for entry in entries)
    return Traffic(
        requests=len(entries),
        failures=sum(int(entry["status"]) >= _SERVER_ERROR for entry in entries),
        slow_seconds=seconds[int(len(seconds) * _PERCENTILE)] if seconds else 0.0,
    )


def find_deterioration(before: Traffic, after: Traffic) -> str:
    """Say what got worse, as a sentence; empty when nothing did."""
    share = _failing_share(after) - _failing_share(before)
    if after.failures >= _ENOUGH_FAILURES and share > _RISE:
        return (
            f"{after.failures} of {after.requests} requests fail, and {before.failures} of"
            f" {before.requests} did before"
        )
    has_both = min(before.requests, after.requests) >= _ENOUGH_REQUESTS
    if has_both and after.slow_seconds > max(_SLOW_SECONDS, _SLOWER * before.slow_seconds):
        return (
            f"one request in ten takes longer than {after.slow_seconds * 1000:.0f} ms, and"
            f" {before.slow_seconds * 1000:.0f} ms before"
        )
    return ""


def _entries(lines: Iterable[bytes]) -> Iterator[dict[str, str]]:
    for line in lines:
        # A full disk cuts a line off, and the next one is appended to it.
        with contextlib.suppress(json.JSONDecodeError):
            yield json.loads(line)


def _failing_share(traffic: Traffic) -> float:
    return traffic.failures / traffic.requests if traffic.requests else 0.0
