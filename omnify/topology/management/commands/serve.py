"""Serve this slice with gunicorn, stopped so that no request is lost."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.app.base import Application  # type: ignore[import-untyped]
from gunicorn.util import import_app  # type: ignore[import-untyped]

from omnify.conf import settings
from omnify.health.draining import start_draining, stop_draining
from omnify.services.consul import deregister, keep_registered
from omnify.services.registry import hosted_services
from omnify.topology.embedded import EmbeddedWorker
from omnify.topology.exceptions import StaticFilesMissingError
from omnify.topology.processes import die_with_parent
from omnify.topology.statics import collect_when_missing


class Command(BaseCommand):
    """Serve a slice, in production, in the image and under ``topology up``."""

    help = "Run gunicorn on PORT. TERM announces the stop, waits OMNIFY_DRAIN_SECONDS, then stops."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until asked to stop; exits with gunicorn's code."""
        die_with_parent()
        stop_draining()
        _collect_static_files()
        # Loaded here and shared with the forks: gunicorn and its workers start with it, and an
        # error stops this process before it serves.
        application = import_app("omnify.wsgi:application")
        connections.close_all()
        gc.collect()
        gc.freeze()
        fork = multiprocessing.get_context("fork")
        server = fork.Process(target=_run_gunicorn, args=[application])
        server.start()
        worker = EmbeddedWorker()
        worker.keep_running()
        stopping = threading.Event()
        hurry = threading.Event()

        def on_signal(_number: int, _frame: object) -> None:
            if stopping.is_set():
                hurry.set()
            stopping.set()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        try:
            keeper = _keep_registered(stopping) if _is_known_to_consul() else None
            code = _wait(server, worker, stopping, hurry, keeper=keeper)
        finally:
            stop_draining()
        sys.exit(code)


def _collect_static_files() -> None:
    try:
        collect_when_missing(Path(settings.STATIC_ROOT), _run_collectstatic)
    except StaticFilesMissingError as error:
        raise CommandError(str(error)) from error


def _run_collectstatic() -> None:
    # In a process of its own, whose memory and threads this one does not keep; for all services,
    # since the slices of a checkout share what is collected.
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    everything = {"OMNIFY_SERVICES": "", "DJANGO_SETTINGS_MODULE": "settings.custom"}
    environ = {**os.environ, **everything, "DEBUG": "true"}
    subprocess.run(command, cwd=settings.BASE_DIR, env=environ, check=False)  # noqa: S603 - ours


class _Server(Application):  # type: ignore[misc]
    """gunicorn with the project's configuration, around an application that is loaded."""

    def __init__(self, application: object) -> None:
        self._application = application
        super().__init__()

    def load_config(self) -> None:
        os.environ["PORT"] = str(settings.PORT)
        self.load_config_from_file(str(Path(settings.BASE_DIR) / "deploy" / "gunicorn.py"))

    def load(self) -> object:
        return self._application


def _run_gunicorn(application: object) -> None:
    die_with_parent()
    _Server(application).run()


def _is_known_to_consul() -> bool:
    return settings.DISCOVERY.startswith("consul://")


def _keep_registered(stopping: threading.Event) -> threading.Thread:
    return keep_registered(
        hosted_services(),
        address=settings.ADVERTISE_ADDRESS,
        port=settings.PORT,
        stopping=stopping,
    )


def _wait(
    server: BaseProcess,
    worker: EmbeddedWorker,
    stopping: threading.Event,
    hurry: threading.Event,
    *,
    keeper: threading.Thread | None,
) -> int:
    while server.is_alive() and not stopping.wait(0.1):
        worker.keep_running()
    if server.is_alive():
        if keeper:
            # It must not register again after it deregistered.
            keeper.join(settings.DRAIN_SECONDS)
            deregister(hosted_services(), address=settings.ADVERTISE_ADDRESS, port=settings.PORT)
        start_draining()
        hurry.wait(settings.DRAIN_SECONDS)
        server.terminate()
    server.join()
    # Last, since requests wait for their jobs.
    worker.stop()
    return server.exitcode or 0
