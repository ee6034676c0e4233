"""Check, run and look at fleets that topology files describe."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnify.conf import settings
from omnify.exceptions import OmnifyError
from omnify.topology.checks import find_busy_ports, find_problems
from omnify.topology.environment import with_secrets
from omnify.topology.files import Topology, read_topology
from omnify.topology.fleet import Fleet, FleetError, ask_status, lines_of, replicas_of

_POLL_SECONDS = 0.5


class Stop(Exception):  # noqa: N818 - a signal, no error
    """Somebody asked the fleet to stop."""


class Command(BaseCommand):
    """One command family on one file."""

    help = "Check a topology file, run its fleet on this machine, or ask how the fleet is."
    # It serves nothing itself, and makes what its slices lack.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with which file."""
        parser.add_argument("action", choices=["check", "up", "status"])
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--after",
            type=Path,
            help="With up: a Python script to run once the fleet is ready; it finds the services"
            " in <SERVICE>_PUBLIC_URL.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            topology = read_topology(options["file"])
        except OmnifyError as error:
            raise CommandError(error.detail) from error
        actions: dict[str, Callable[..., None]] = {
            "check": self._check,
            "up": self._up,
            "status": self._status,
        }
        actions[options["action"]](topology, options)

    def _check(self, topology: Topology, options: dict[str, Any]) -> None:
        self._refuse(find_problems(topology))
        for replica in replicas_of(topology):
            services = ", ".join(replica.part.services) or replica.part.settings
            self.stdout.write(f"{replica.name:<18}{replica.port:<7}{services}")
        self.stdout.write(f"{topology.name}: ok")

    def _status(self, topology: Topology, options: dict[str, Any]) -> None:
        statuses = [ask_status(replica) for replica in replicas_of(topology)]
        for line in lines_of(statuses):
            self.stdout.write(line)
        if any(status.state not in ("ok", "degraded") for status in statuses):
            raise CommandError("The fleet is not ready.")

    def _up(self, topology: Topology, options: dict[str, Any]) -> None:
        self._refuse([*find_problems(topology), *find_busy_ports(topology)])
        root = Path(settings.BASE_DIR)
        secrets_file = root / "var" / "secrets.env"
        environ, is_local = with_secrets(os.environ, secrets_file)
        if is_local:
            self.stdout.write("Using throw-away secrets of this checkout (var/secrets.env).")
        fleet = Fleet(topology, environ=environ, root=root, out=sys.stdout)
        signal.signal(signal.SIGTERM, _raise_stop)
        signal.signal(signal.SIGINT, _raise_stop)
        try:
            self._run(fleet, script=options["after"])
        except Stop:
            self.stdout.write("stopping: draining every slice")
        except FleetError as error:
            raise CommandError(str(error)) from error
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            fleet.stop()
        self.stdout.write("stopped")

    def _run(self, fleet: Fleet, *, script: Path | None) -> None:
        self.stdout.write("migrating and collecting static files")
        fleet.prepare()
        fleet.start()
        for line in lines_of(fleet.wait_until_ready()):
            self.stdout.write(line)
        if script is not None:
            self.stdout.write(fleet.run_script(script))
        self.stdout.write("fleet ready")
        self.stdout.flush()
        while True:
            fleet.refuse_dead()
            time.sleep(_POLL_SECONDS)

    def _refuse(self, problems: list[str]) -> None:
        if problems:
            listed = "".join(f"\n  - {problem}" for problem in problems)
            raise CommandError(f"The topology cannot run:{listed}")


def _raise_stop(_number: int, _frame: object) -> None:
    raise Stop
