"""Measure how many of a platform's deliveries a monolith acknowledges, beside an empty view."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, repeat
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.events import POSTGRESQL, ROOT, database, environment
from benchmarks.servers import running_server
from tests.apps.integrations.webhooks.signing import SECRET, shopify

SENDERS, SECONDS, ROUNDS = 4, 3.0, 5
GOAL = 0.4
#: About what an order of a few lines has.
_BYTES = 4000
_SETTINGS = """
from settings.monolith import *
ROOT_URLCONF = "bench_urls"
"""
_ROUTES = """
from django.http import HttpResponse
from django.urls import path
from omnify.urls import *

urlpatterns = [path("bench/empty", lambda request: HttpResponse()), *urlpatterns]
"""
_SHOP = """
import django
django.setup()
from uuid import uuid4
from tests.factories.integrations import make_connection
make_connection(uuid4(), platform="shopify", external_id="acme.myshopify.com")
"""
Request = tuple[str, str, bytes, dict[str, str]]


def main() -> None:
    """Ask for both in turns, on both databases; the worker carries out what came meanwhile."""
    for name, server in (("SQLite", ""), ("PostgreSQL", POSTGRESQL)):
        with tempfile.TemporaryDirectory() as folder, database(server) as url:
            Path(folder, "bench_settings.py").write_text(_SETTINGS)
            Path(folder, "bench_urls.py").write_text(_ROUTES)
            own = {
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "bench_settings",
                "PYTHONPATH": f"{ROOT}:{folder}",
                "SHOPIFY_CLIENT_SECRET": SECRET,
            }
            with running_server(folder, **own) as serving:
                _make_shop(url)
                _compare(name, serving.url)


def _make_shop(url: str) -> None:
    """Let a connection claim what is delivered."""
    subprocess.run([sys.executable, "-c", _SHOP], cwd=ROOT, env=environment(url, ""), check=True)


def _compare(name: str, url: str) -> None:
    numbers = count()
    kinds: dict[str, Iterator[Request]] = {
        "empty": repeat(("GET", "/bench/empty", b"", {})),
        "delivery": map(_sign, numbers),
    }
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(1 + ROUNDS):
        for kind, requests in kinds.items():
            rate = _send(url, requests)
            # The first round finds nothing imported.
            found[kind] += [rate] if turn else []
    empty, delivery = (statistics.median(found[kind]) for kind in kinds)
    print(
        f"{name:<12}{delivery:7.0f} deliveries acknowledged/s   empty view {empty:7.0f}"
        f"   {delivery / empty:.2f} (goal: {GOAL})"
    )


def _sign(number: int) -> Request:
    body = {"id": number, "note": "x" * _BYTES}
    text, headers = shopify(body, at=datetime.now(UTC), event=f"event {number}")
    headers["Content-Type"] = "application/json"
    return "POST", "/api/webhooks/shopify", text.encode(), headers


def _send(url: str, requests: Iterator[Request]) -> float:
    """Ask for some seconds, some at once on connections that are kept; return how many a second."""
    until, taken = time.monotonic() + SECONDS, threading.Lock()
    counts: list[int] = []

    def take() -> Request:
        with taken:
            return next(requests)

    senders = [
        threading.Thread(target=_ask_until, args=(url, until, take, counts)) for _ in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if len(counts) < SENDERS:
        raise RuntimeError("An answer was not 200.")
    return sum(counts) / SECONDS


def _ask_until(url: str, until: float, take: Callable[[], Request], counts: list[int]) -> None:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=60)
    asked = 0
    while time.monotonic() < until:
        connection.request(*take())
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status}: {body[:300]!r}")
        asked += 1
    connection.close()
    counts.append(asked)
