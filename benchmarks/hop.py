"""Measure a signed hop beside a bare HTTP exchange with a WSGI function.

The reference is gunicorn with its own threads, the usual way to serve WSGI; the same exchange with
the server that slices run in shows what of the difference is the server's.
"""

import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[1]
OWN, USUAL = "omnify.serving.worker.WaitressWorker", "gthread"
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
    """Measure all kinds of exchange in turns and compare their medians."""
    with _server(USUAL) as usual, _server(OWN) as own:
        _compare(usual, own)


@contextmanager
def _server(worker: str) -> Iterator[int]:
    """Start a server with a kind of gunicorn's workers; gives its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bench_server.py").write_text(SERVER)
        command = [sys.executable, "-m", "gunicorn", "-k", worker, "--threads", "4", "-w", "1"]
        command += ["--keep-alive", "75", "--no-control-socket", "--log-level", "error"]
        command += ["-b", f"127.0.0.1:{port}", "--pythonpath", f"{ROOT},{folder}"]
        environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test"}
        server = subprocess.Popen([*command, "bench_server:application"], cwd=ROOT, env=environ)
        try:
            wait_for(f"http://127.0.0.1:{port}/bare")
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _compare(usual: int, own: int) -> None:
    from django.conf import settings

    from benchmarks import calls
    from omnify import context as ctx
    from omnify.context import Context, new_trace
    from omnify.services.client import build_client
    from omnify.services.http_transport import HttpTransport

    settings.SERVICE_URLS = {"auth": (f"http://127.0.0.1:{own}",)}
    client = build_client(calls.Bench, "auth", HttpTransport("auth"))
    exchanges = {
        "bare http.client and WSGI, gthread": _bare(usual),
        "the same in the slices' server": _bare(own),
        "signed hop, scalar": lambda: client.double(4),
        "signed hop, 30 rows": lambda: client.rows(30),
    }
    with ctx.use(Context(request_id="bench", trace=new_trace())):
        medians = _medians(list(exchanges.values()))
    for label, median in zip(exchanges, medians, strict=True):
        ratio = median / medians[0]
        print(f"{label:<36}{median * 1e6:6.0f} us   {ratio:.2f} x (goal of hops: 2.2)")


def _bare(port: int) -> Callable[[], Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask() -> None:
        connection.request("POST", "/bare", body=b"ok")
        connection.getresponse().read()

    return ask


def _medians(functions: list[Callable[[], Any]]) -> list[float]:
    """Return the median seconds of functions that are called in turns."""
    times: list[list[float]] = [[] for _ in functions]
    for number in range(WARM_UP + CALLS):
        for found, function in zip(times, functions, strict=True):
            started = time.perf_counter()
            function()
            if number >= WARM_UP:
                found.append(time.perf_counter() - started)
    return [statistics.median(each) for each in times]
