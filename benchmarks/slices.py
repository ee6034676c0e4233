"""Measure start and memory of slices beside an empty Django with DRF, and 127 slice checks."""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
EMPTY = """
SECRET_KEY = 40 * "k"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "empty_urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""
EMPTY_URLS = """
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

class Live(APIView):
    authentication_classes = ()
    permission_classes = ()
    def get(self, request):
        return Response({"status": "ok"})

urlpatterns = [path("health/live", Live.as_view())]
"""
EMPTY_WSGI = """
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


def main() -> None:
    """Compare the slices and time all checks."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "empty_settings.py").write_text(EMPTY)
        Path(folder, "empty_urls.py").write_text(EMPTY_URLS)
        Path(folder, "empty_wsgi.py").write_text(EMPTY_WSGI)
        database = f"sqlite:///{folder}/bench.sqlite3"
        empty = _measure("empty_wsgi:application", "empty_settings", folder, database)
        print(f"{'empty Django and DRF':<24}{empty[0]:6.2f} s {empty[1]:7.1f} MB   (reference)")
        from apps import SERVICES

        found = {}
        for name in (*(f"{service}_only" for service in SERVICES), "monolith"):
            found[name] = _measure("omnify.wsgi:application", f"settings.{name}", folder, database)
            seconds, memory = found[name]
            print(
                f"{name:<24}{seconds:6.2f} s {memory:7.1f} MB   "
                f"{seconds / empty[0]:.2f} x the time, {memory / empty[1]:.2f} x the memory"
            )
        largest = max(memory for name, (_, memory) in found.items() if name != "monolith")
        ratio = found["monolith"][1] / largest
        print(f"monolith / largest slice  {ratio:.2f} x the memory (goal: 1.5)")
    started = time.perf_counter()
    command = [sys.executable, "-m", "tests.architecture.all_slices"]
    command += [str(size) for size in range(1, len(SERVICES) + 1)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    print(f"all 127 slices checked    {time.perf_counter() - started:.0f} s (goal: about a minute)")


def _measure(application: str, settings: str, folder: str, database: str) -> tuple[float, float]:
    rounds = [_start(application, settings, folder, database) for _ in range(ROUNDS)]
    seconds, memory = zip(*rounds, strict=True)
    return statistics.median(seconds), statistics.median(memory)


def _start(application: str, settings: str, folder: str, database: str) -> tuple[float, float]:
    from tests.architecture.all_slices import ENVIRONMENT

    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "-w", "1"]
    command += ["--no-control-socket", "--log-level", "critical", "-b", f"127.0.0.1:{port}"]
    environ = {**os.environ, **ENVIRONMENT, "DATABASE_URL": database}
    environ |= {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": f"{ROOT}:{folder}"}
    environ.pop("OMNIFY_SERVICES", None)
    server = subprocess.Popen([*command, application], cwd=ROOT, env=environ)
    try:
        seconds = wait_for(f"http://127.0.0.1:{port}/health/live")
        return seconds, _worker_megabytes(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _worker_megabytes(master: int) -> float:
    """Return the resident memory of the one worker process."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
