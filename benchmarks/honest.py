"""Users who ask at a steady rate, each time on a new connection, and how long they wait."""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from tests.journeys.main_job import import_file, register

PER_SECOND, _USERS = 10.0, 4
#: The last weeks of the sample data: longer questions count as heavy, and have a limit.
_QUARTER = {"from": "2019-08-12", "to": "2019-11-11"}
_LIVE_PAUSE_SECONDS = 0.2
_PATIENCE_SECONDS = 20.0


class Times(NamedTuple):
    """How long honest requests and questions for life took, in seconds, and what failed."""

    honest: list[float]
    live: list[float]
    failures: Counter[str]

    @property
    def slow(self) -> float:
        """Return the 95th percentile of honest requests."""
        return statistics.quantiles(self.honest, n=20)[-1] if len(self.honest) > 1 else 0.0


class HonestLoad:
    """Members of one organization who look at their numbers, and an orchestrator."""

    def __init__(self, url: str, server_url: str) -> None:
        self._url, self._server_url = url, server_url
        _, self._token = register(url)
        import_file(url, self._token)

    def start(self, seconds: float) -> tuple[Times, list[threading.Thread]]:
        """Begin to ask; the times are complete when the threads have ended."""
        times, until = Times([], [], Counter()), time.monotonic() + seconds
        threads = [
            threading.Thread(target=self._ask_as_member, args=(times, until, number))
            for number in range(_USERS)
        ]
        threads.append(threading.Thread(target=self._ask_for_life, args=(times, until)))
        for thread in threads:
            thread.start()
        return times, threads

    def _ask_as_member(self, times: Times, until: float, number: int) -> None:
        signed = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        question = json.dumps({"measures": ["spend", "revenue"], **_QUARTER})
        requests = (
            ("GET", "/api/auth/me", None),
            ("GET", f"/api/analytics/dashboard/stats?{urlencode(_QUARTER)}", None),
            ("POST", "/api/analytics/query", question),
        )
        pause = _USERS / PER_SECOND
        time.sleep(pause * number / _USERS)
        turn = number
        while time.monotonic() < until:
            begun = time.monotonic()
            method, path, body = requests[turn % len(requests)]
            outcome = _ask(self._url, method, path, body, signed)
            times.honest.append(time.monotonic() - begun)
            if outcome != http.client.OK:
                times.failures[str(outcome)] += 1
            turn += 1
            time.sleep(max(0.0, begun + pause - time.monotonic()))

    def _ask_for_life(self, times: Times, until: float) -> None:
        # On the port of the server itself, as an orchestrator does.
        while time.monotonic() < until:
            begun = time.monotonic()
            outcome = _ask(self._server_url, "GET", "/health/live", None, {})
            times.live.append(time.monotonic() - begun)
            if outcome != http.client.OK:
                times.failures[f"live {outcome}"] += 1
            time.sleep(_LIVE_PAUSE_SECONDS)


def _ask(url: str, method: str, path: str, body: str | None, headers: dict[str, str]) -> int | str:
    """Ask on a new connection; returns the status, or the name of what went wrong."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(
        str(place.hostname), place.port, timeout=_PATIENCE_SECONDS
    )
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return answer.status
