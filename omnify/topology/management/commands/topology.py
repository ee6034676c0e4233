"""Check, render, run, inspect and rearrange fleets that topology files describe."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnify.conf import settings
from omnify.exceptions import OmnifyError
from omnify.topology.brokers import find_broker_problems
from omnify.topology.changes import list_differences
from omnify.topology.checks import find_busy_ports, find_problems, find_setting_problems
from omnify.topology.control import FleetCommand, send_command
from omnify.topology.deployments import Host
from omnify.topology.environment import missing_secrets, with_secrets
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Topology, process_names, read_topology
from omnify.topology.local_gateway import find_nginx
from omnify.topology.ports import find_port_problem
from omnify.topology.rendering.containers import with_workers
from omnify.topology.rendering.output import find_stale, render, write
from omnify.topology.run_folder import RunFolder
from omnify.topology.running import ForegroundFleet
from omnify.topology.status import ask_status, lines_of, targets_of

_GATEWAY_PORT = 8080


class Command(BaseCommand):
    """Act on one topology file."""

    help = "Check, render, run, watch and rearrange the fleet that a topology file describes."
    # It serves nothing itself, and makes secrets that its slices lack.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the actions with their arguments."""
        actions = parser.add_subparsers(dest="action", required=True)

        def add(name: str, words: str) -> CommandParser:
            action: CommandParser = actions.add_parser(name, help=words)
            action.add_argument("file", type=Path, help="the topology file")
            return action

        add("check", "check that the fleet can work")
        add("status", "show the state and the problems of each slice")
        rendering = add("render", "write the Compose, Kubernetes and gateway files")
        rendering.add_argument("--check", action="store_true", help="compare only")
        rendering.add_argument("--into", type=Path, help="a folder other than deploy/")
        up = add("up", "run the fleet on this machine, in the foreground")
        up.add_argument("--gateway", type=int, nargs="?", const=_GATEWAY_PORT, default=0)
        up.add_argument("--after", type=Path, help="a Python script to run once it is ready")
        add("diff", "show what changes to another topology").add_argument("other", type=Path)
        move = add("move", "move a service to another slice of the running fleet")
        move.add_argument("service")
        move.add_argument("--to", required=True, dest="slice_name", metavar="SLICE")
        scale = add("scale", "change the number of servers of a slice")
        scale.add_argument("slice_name", metavar="slice")
        scale.add_argument("replicas", type=int)
        restart = add("restart", "restart the servers of a slice without losing a request")
        restart.add_argument("slice_name", metavar="slice")
        for change in (move, scale, restart):
            change.add_argument("--watch", type=float, default=10.0, dest="watch_seconds")
        for change in (move, scale):
            change.add_argument("--plan", action="store_true", dest="plan_only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file and act on it."""
        try:
            topology = read_topology(options["file"])
            getattr(self, f"_{options['action']}")(topology, options)
        except OmnifyError as error:
            raise CommandError(error.detail) from error
        except FleetError as error:
            raise CommandError(str(error)) from error

    def _check(self, topology: Topology, options: dict[str, Any]) -> None:
        self._refuse(find_problems(topology))
        folder = RunFolder(options["file"], Path(settings.BASE_DIR))
        # A running fleet has its ports itself.
        busy = [] if folder.is_claimed() else find_busy_ports(topology)
        wrong = find_setting_problems(topology, os.environ, addresses=folder.addresses)
        self._refuse([*busy, *(wrong or find_broker_problems())])
        for name, part in topology.slices.items():
            services = ", ".join(part.services) or part.settings
            processes = ", ".join(process_names(name, part))
            ports = ", ".join(str(port) for port in part.ports)
            self.stdout.write(f"{processes:<18} {ports:<12} {services}")
        if missing := missing_secrets(os.environ):
            self.stdout.write(
                f"not set: {', '.join(missing)}; 'up' makes throw-away ones for this checkout, any"
                " other fleet needs its own"
            )
        self.stdout.write(f"{topology.name}: ok")

    def _render(self, topology: Topology, options: dict[str, Any]) -> None:
        self._refuse(find_problems(with_workers(topology)))
        folder = options["into"] or Path(settings.BASE_DIR) / "deploy"
        rendered = render(options["file"])
        if not options["check"]:
            for path in write(rendered, folder):
                self.stdout.write(f"wrote {folder / path}")
            return
        stale = find_stale(rendered, folder)
        if stale:
            listed = "".join(f"\n  - {folder / path}" for path in stale)
            raise CommandError(f"Not as {options['file']} says; render it again:{listed}")
        self.stdout.write(f"{topology.name}: {len(rendered.files)} files are as rendered")

    def _status(self, topology: Topology, options: dict[str, Any]) -> None:
        folder = RunFolder(options["file"], Path(settings.BASE_DIR))
        targets = folder.read_targets() or targets_of(topology)
        statuses = [ask_status(target) for target in targets]
        for line in lines_of(statuses):
            self.stdout.write(line)
        if not all(status.is_ready for status in statuses):
            raise CommandError("The fleet is not ready.")

    def _diff(self, topology: Topology, options: dict[str, Any]) -> None:
        for line in list_differences(topology, read_topology(options["other"])):
            self.stdout.write(line)

    def _up(self, topology: Topology, options: dict[str, Any]) -> None:
        port = options["gateway"]
        problems = [*find_problems(topology), *find_busy_ports(topology)]
        if port and not find_nginx():
            problems.append("there is no nginx: install it, or leave out --gateway")
        elif port and (reason := find_port_problem(port)):
            problems.append(f"port {port} of the gateway {reason}")
        self._refuse(problems or find_broker_problems())
        root = Path(settings.BASE_DIR)
        environ, is_local = with_secrets(os.environ, root / "var" / "secrets.env")
        if is_local:
            self.stdout.write("Using throw-away secrets of this checkout (var/secrets.env).")
        host = Host(root, environ, sys.stdout)
        fleet = ForegroundFleet(options["file"], topology, host, gateway_port=port)
        fleet.run(options["after"])

    def _move(self, topology: Topology, options: dict[str, Any]) -> None:
        self._send(options, "service", "slice_name", "watch_seconds", "plan_only")

    def _scale(self, topology: Topology, options: dict[str, Any]) -> None:
        self._send(options, "slice_name", "replicas", "watch_seconds", "plan_only")

    def _restart(self, topology: Topology, options: dict[str, Any]) -> None:
        self._send(options, "slice_name", "watch_seconds")

    def _send(self, options: dict[str, Any], *names: str) -> None:
        command = FleetCommand(action=options["action"], **{name: options[name] for name in names})
        folder = RunFolder(options["file"], Path(settings.BASE_DIR))
        for line in send_command(folder.control, command):
            self.stdout.write(line)
            self.stdout.flush()

    def _refuse(self, problems: list[str]) -> None:
        if problems:
            listed = "".join(f"\n  - {problem}" for problem in problems)
            raise CommandError(f"The topology cannot run:{listed}")
