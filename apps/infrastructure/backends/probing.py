"""Probe all configured back-ends at once, within a time limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Final

import msgspec
import requests

from apps.infrastructure.backends import protocols
from apps.infrastructure.backends.protocols import ProbeError

#: All probes together take at most this long.
LIMIT_SECONDS = 4.0
#: A probe that takes longer than this is called degraded.
SLOW_SECONDS = 1.0


class Backend(msgspec.Struct, frozen=True):
    """A back-end: its address's setting, its probe, and what replaces it in Omnify."""

    name: str
    setting: str
    probe: Callable[[str], str]
    substitute: str


class Outcome(msgspec.Struct, frozen=True):
    """The outcome of a probe; ``status`` is not_configured, ok, degraded or down."""

    name: str
    status: str
    latency_ms: float | None
    version: str
    detail: str


BACKENDS: Final = (
    Backend("kong", "KONG_ADMIN_URL", protocols.probe_kong, ""),
    Backend("temporal", "TEMPORAL_ADDRESS", protocols.probe_temporal, ""),
    Backend("airbyte", "AIRBYTE_URL", protocols.probe_airbyte, "file imports of integrations"),
    Backend("kafka", "KAFKA_BOOTSTRAP_SERVERS", protocols.probe_kafka, ""),
    Backend("metabase", "METABASE_URL", protocols.probe_metabase, "dashboards of analytics"),
)


def probe_all(addresses: Mapping[str, str]) -> list[Outcome]:
    """Return the outcome for each back-end in order; an empty address means not configured."""
    pool = ThreadPoolExecutor(max_workers=len(BACKENDS))
    until = time.monotonic() + LIMIT_SECONDS
    running = {
        backend.name: pool.submit(_probe, backend, addresses[backend.name])
        for backend in BACKENDS
        if addresses[backend.name]
    }
    outcomes = [_outcome(backend, running.get(backend.name), until) for backend in BACKENDS]
    pool.shutdown(wait=False, cancel_futures=True)
    return outcomes


def _outcome(backend: Backend, running: Future[Outcome] | None, until: float) -> Outcome:
    if running is None:
        text = f"Omnify's own replacement: {backend.substitute}." if backend.substitute else ""
        return Outcome(backend.name, "not_configured", None, "", text)
    try:
        return running.result(timeout=max(0.0, until - time.monotonic()))
    except FutureTimeoutError:
        return Outcome(backend.name, "down", None, "", f"no answer within {LIMIT_SECONDS} s")


def _probe(backend: Backend, address: str) -> Outcome:
    started = time.perf_counter()
    try:
        version = backend.probe(address)
    except ProbeError as error:
        return Outcome(backend.name, "down", None, "", str(error))
    except (OSError, requests.RequestException) as error:
        return Outcome(backend.name, "down", None, "", _reason(error))
    seconds = time.perf_counter() - started
    status = "ok" if seconds < SLOW_SECONDS else "degraded"
    detail = "" if status == "ok" else f"slow: more than {SLOW_SECONDS} s"
    return Outcome(backend.name, status, round(seconds * 1000, 1), version, detail)


def _reason(error: Exception) -> str:
    """Return the reason in words, without an address or credential."""
    if isinstance(error, TimeoutError | requests.Timeout):
        return "does not answer in time"
    if isinstance(error, ConnectionRefusedError) or "refused" in str(error):
        return "refuses connections"
    return f"cannot be reached ({type(error).__name__})"
