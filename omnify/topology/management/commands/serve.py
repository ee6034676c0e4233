"""Serve this slice: gunicorn, stopped so that no request is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from omnify.conf import settings
from omnify.health.draining import start_draining, stop_draining
from omnify.services.consul import deregister, register
from omnify.services.registry import hosted_services
from omnify.topology.processes import die_with_parent


class Command(BaseCommand):
    """How a slice runs in production, in the image and under ``topology up``."""

    help = "Run gunicorn on PORT. TERM announces the stop, waits OMNIFY_DRAIN_SECONDS, then stops."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until asked to stop; exits with gunicorn's code."""
        die_with_parent()
        stop_draining()
        metrics = tempfile.mkdtemp(prefix="omnify-metrics-")
        root = Path(settings.BASE_DIR)
        command = ["-m", "gunicorn", "--config", str(root / "deploy" / "gunicorn.py")]
        server = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *command, "omnify.wsgi:application"],
            cwd=root,
            env={**os.environ, "PORT": str(settings.PORT), "PROMETHEUS_MULTIPROC_DIR": metrics},
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads are started before
        )
        stopping = threading.Event()
        hurry = threading.Event()

        def on_signal(_number: int, _frame: object) -> None:
            if stopping.is_set():
                hurry.set()
            stopping.set()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        try:
            if _is_known_to_consul():
                register(hosted_services(), address=settings.ADVERTISE_ADDRESS, port=settings.PORT)
            code = _wait(server, stopping, hurry)
        finally:
            stop_draining()
            shutil.rmtree(metrics, ignore_errors=True)
        sys.exit(code)


def _is_known_to_consul() -> bool:
    return settings.DISCOVERY.startswith("consul://")


def _wait(
    server: subprocess.Popen[bytes], stopping: threading.Event, hurry: threading.Event
) -> int:
    while server.poll() is None and not stopping.wait(0.1):
        pass
    if server.poll() is None:
        if _is_known_to_consul():
            deregister(hosted_services(), address=settings.ADVERTISE_ADDRESS, port=settings.PORT)
        start_draining()
        hurry.wait(settings.DRAIN_SECONDS)
        server.terminate()
    return server.wait()
