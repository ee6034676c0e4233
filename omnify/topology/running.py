"""A fleet in the foreground: started, supervised, changed by commands, drained at the end."""

from __future__ import annotations

import signal
from pathlib import Path

from omnify.topology.changes import move_service, scale_slice
from omnify.topology.control import ControlSocket, FleetCommand, Say
from omnify.topology.deployments import Host
from omnify.topology.editing import refuse_unless_writable, update_file
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Topology, TopologyInvalidError
from omnify.topology.fleet import Fleet
from omnify.topology.moving import Rearrangement, restart_in_turn
from omnify.topology.preparation import prepare, run_script
from omnify.topology.readiness import wait_for_gateway
from omnify.topology.run_folder import RunFolder
from omnify.topology.status import lines_of

_POLL_SECONDS = 0.5


class StopRequested(BaseException):
    """The process was asked to stop: not an error, and nothing that a command may catch."""


class ForegroundFleet:
    """The fleet of a file, until it is told to stop."""

    def __init__(self, file: Path, topology: Topology, host: Host, *, gateway_port: int) -> None:
        self._file, self._host = file, host
        self._folder = RunFolder(file, host.root)
        self._fleet = Fleet(topology, host, folder=self._folder, gateway_port=gateway_port)

    def run(self, script: Path | None) -> None:
        """Run until INT or TERM, then drain.

        Raises:
            FleetError: it did not start, or did not stay, or runs already.
        """
        if holder := self._folder.claim():
            raise FleetError(
                f"the fleet of {self._file} runs already, as process {holder}: change it with"
                " 'manage.py topology move', 'scale' or 'restart', or stop it first"
            )
        signal.signal(signal.SIGTERM, _raise_stop)
        signal.signal(signal.SIGINT, _raise_stop)
        try:
            self._start(script)
            self._serve()
        except StopRequested:
            self._host.say("stopping: draining every slice")
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self._fleet.stop()
        self._host.say("stopped")

    def _start(self, script: Path | None) -> None:
        fleet = self._fleet
        self._host.say("migrating and collecting static files")
        prepare(fleet.topology, fleet.launcher)
        fleet.start()
        for line in lines_of(fleet.wait_until_ready()):
            self._host.say(line)
        if fleet.gateway:
            wait_for_gateway(fleet.gateway)
        if script is not None:
            self._host.say(run_script(fleet.topology, fleet.launcher, script))

    def _serve(self) -> None:
        control = ControlSocket(self._folder.control)
        try:
            if self._fleet.gateway:
                self._host.say(f"gateway on {self._fleet.gateway.url}")
            self._host.say("fleet ready")
            while True:
                self._fleet.supervise()
                control.serve(self._execute, seconds=_POLL_SECONDS)
        finally:
            control.close()

    def _execute(self, command: FleetCommand, answer: Say) -> None:
        """Execute a command, and say what happens both here and to its sender."""

        def say(line: str) -> None:
            self._host.say(line)
            answer(line)

        topology = self._fleet.topology
        match command.action:
            case "move":
                after = move_service(topology, command.service, command.slice_name)
                self._rearrange(after, command, say)
            case "scale":
                after = scale_slice(topology, command.slice_name, command.replicas)
                self._rearrange(after, command, say)
            case "restart":
                self._restart(command, say)
            case _:
                raise TopologyInvalidError(f"a fleet cannot '{command.action}'.")

    def _rearrange(self, after: Topology, command: FleetCommand, say: Say) -> None:
        refuse_unless_writable(self._file)
        change = Rearrangement(self._fleet, after, say=say, watch_seconds=command.watch_seconds)
        for step in change.plan():
            say(step)
        if command.plan_only:
            return
        change.run()
        try:
            update_file(self._file, after)
        except OSError as error:
            raise FleetError(f"done, but {self._file} does not say so yet: {error}") from error
        say(f"done; {self._file} says so")

    def _restart(self, command: FleetCommand, say: Say) -> None:
        name, topology = command.slice_name, self._fleet.topology
        if topology.get_slice(name).replicas > 1:
            restart_in_turn(self._fleet, name, say=say)
        else:
            Rearrangement(
                self._fleet, topology, say=say, watch_seconds=command.watch_seconds, renewed=[name]
            ).run()
        say(f"slice '{name}' is restarted")


def _raise_stop(_number: int, _frame: object) -> None:
    raise StopRequested
