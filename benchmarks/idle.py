"""Measure a monolith that has nothing to do, with its embedded worker and without."""

import json
import tempfile
import time

import requests

from benchmarks.files import SHAPES
from benchmarks.servers import RunningServer, running_server
from tests.journeys.main_job import import_file, register

WARM_UP_SECONDS, IDLE_SECONDS = 70, 30
ROWS = 200_000


def main() -> None:
    """Print memory and processor time, idle and after a forecast and a large file."""
    for label, embeds in (("without a worker", "false"), ("with its worker", "true")):
        with (
            tempfile.TemporaryDirectory() as folder,
            running_server(folder, OMNIFY_EMBEDDED_WORKER=embeds) as server,
        ):
            # The job engine is busier in its first minute.
            time.sleep(WARM_UP_SECONDS)
            _print(f"{label}, idle", server, _idle_share(server))
            if embeds == "true":
                _, token = register(server.url)
                import_file(server.url, token)
                _forecast(server.url, token)
                _print(f"{label}, after a forecast", server, _idle_share(server))
                _import_large_file(server.url, token)
                _print(f"{label}, after {ROWS:,} rows", server, _idle_share(server))


def _forecast(url: str, token: str) -> None:
    question = {"metric": "revenue", "horizon": 13}
    answer = requests.post(
        f"{url}/api/predictive/forecast", json=question, headers=_signed(token), timeout=60
    )
    answer.raise_for_status()


def _import_large_file(url: str, token: str) -> None:
    shape = SHAPES["sorted"]
    rows = "".join(shape.row(number) for number in range(ROWS))
    answer = requests.post(
        f"{url}/api/integrations/csv/import",
        files={"file": ("rows.csv", f"{shape.header}\n{rows}")},
        data={"mapping": json.dumps({**shape.mapping, "source": "rows"})},
        headers=_signed(token),
        timeout=120,
    )
    answer.raise_for_status()
    # A fast machine has it imported before the request stops waiting.
    while job_id := answer.json().get("job_id"):
        time.sleep(1)
        job = f"{url}/api/integrations/jobs/{job_id}"
        report = requests.get(job, headers=_signed(token), timeout=60).json()
        if report["state"] == "succeeded":
            return
        if report["state"] not in ("queued", "running"):
            raise RuntimeError(report["error"])


def _signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _idle_share(server: RunningServer) -> float:
    before = server.all().seconds
    time.sleep(IDLE_SECONDS)
    return (server.all().seconds - before) / IDLE_SECONDS


def _print(label: str, server: RunningServer, share: float) -> None:
    web, worker = server.web().megabytes, server.worker().megabytes
    print(
        f"{label:<40}{share:6.1%} of a core   web {web:5.0f} MB   worker {worker:5.0f} MB"
        "   (proportional)",
        flush=True,
    )
