"""Measure a signed hop beside a bare HTTP exchange with a WSGI function in the same server."""

import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[1]
WORKER = "omnify.serving.worker.WaitressWorker"
CALLS, WARM_UP = 1500, 200
SERVER = """
from benchmarks import calls
from omnify.services.rpc import rpc_application

calls.serve()

def application(environ, start_response):
    if environ["PATH_INFO"] == "/bare":
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]
    return rpc_application(environ, start_response)
"""


def main() -> None:
    """Measure both kinds of exchange in turns and compare their medians."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bench_server.py").write_text(SERVER)
        command = [sys.executable, "-m", "gunicorn", "-k", WORKER, "--threads", "4", "-w", "1"]
        command += ["--no-control-socket", "--log-level", "error"]
        command += ["-b", f"127.0.0.1:{port}", "--pythonpath", f"{ROOT},{folder}"]
        environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test"}
        server = subprocess.Popen([*command, "bench_server:application"], cwd=ROOT, env=environ)
        try:
            wait_for(f"http://127.0.0.1:{port}/bare")
            _compare(port)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _compare(port: int) -> None:
    from django.conf import settings

    from benchmarks import calls
    from omnify import context as ctx
    from omnify.context import Context, new_trace
    from omnify.services.client import build_client
    from omnify.services.http_transport import HttpTransport

    settings.SERVICE_URLS = {"auth": (f"http://127.0.0.1:{port}",)}
    client = build_client(calls.Bench, "auth", HttpTransport("auth"))
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def bare() -> None:
        connection.request("POST", "/bare", body=b"ok")
        connection.getresponse().read()

    with ctx.use(Context(request_id="bench", trace=new_trace())):
        bare_times, hop_times = _interleaved(bare, lambda: client.double(4))
        _, row_times = _interleaved(bare, lambda: client.rows(30))
    reference = statistics.median(bare_times)
    print(f"bare http.client and WSGI        {reference * 1e6:8.0f} us   (reference)")
    for label, times in (("signed hop, scalar", hop_times), ("signed hop, 30 rows", row_times)):
        median = statistics.median(times)
        print(f"{label:<33}{median * 1e6:8.0f} us   {median / reference:.2f} x (goal: 2.2)")


def _interleaved(
    first: Callable[[], Any], second: Callable[[], Any]
) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(WARM_UP + CALLS):
        for found, function in zip(times, (first, second), strict=True):
            started = time.perf_counter()
            function()
            if number >= WARM_UP:
                found.append(time.perf_counter() - started)
    return times
