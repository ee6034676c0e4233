"""A fleet in the foreground: started, tended, rearranged as ordered, drained at the end."""

from __future__ import annotations

import signal
from pathlib import Path

from omnify.topology.changes import move_service, scale_slice
from omnify.topology.crews import Ground
from omnify.topology.editing import refuse_unless_writable, update_file
from omnify.topology.files import Topology, TopologyInvalidError
from omnify.topology.fleet import Fleet, FleetError
from omnify.topology.moving import Rearrangement, restart_in_turn
from omnify.topology.orders import Order, OrderBook, Say
from omnify.topology.seats import RunFolder
from omnify.topology.status import lines_of

_POLL_SECONDS = 0.5


class Stop(BaseException):
    """Somebody asked the fleet to stop: no error, and nothing that an order may catch."""


class ForegroundFleet:
    """The fleet of a file, until it is asked to stop."""

    def __init__(
        self, file: Path, topology: Topology, ground: Ground, *, gateway_port: int
    ) -> None:
        self._file, self._out = file, ground.out
        self._folder = RunFolder(file, ground.root)
        self._fleet = Fleet(topology, ground, folder=self._folder, gateway_port=gateway_port)

    def run(self, script: Path | None) -> None:
        """Run until INT or TERM, then drain.

        Raises:
            FleetError: it did not start, or did not stay, or runs already.
        """
        if holder := self._folder.claim():
            raise FleetError(
                f"the fleet of {self._file} runs already, as process {holder}: give it orders, or"
                " stop it first"
            )
        signal.signal(signal.SIGTERM, _raise_stop)
        signal.signal(signal.SIGINT, _raise_stop)
        try:
            self._run(script)
        except Stop:
            self._say("stopping: draining every slice")
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self._fleet.stop()
        self._say("stopped")

    def _run(self, script: Path | None) -> None:
        fleet = self._fleet
        self._say("migrating and collecting static files")
        fleet.prepare()
        fleet.start()
        for line in lines_of(fleet.wait_until_ready()):
            self._say(line)
        fleet.wait_for_gateway()
        if script is not None:
            self._say(fleet.run_script(script))
        orders = OrderBook(self._folder.control)
        try:
            if fleet.gateway:
                self._say(f"gateway on {fleet.gateway.url}")
            self._say("fleet ready")
            while True:
                fleet.tend()
                orders.serve(self._carry_out, seconds=_POLL_SECONDS)
        finally:
            orders.close()

    def _carry_out(self, order: Order, say: Say) -> None:
        """Do what an order says, and tell it both here and there."""

        def tell(line: str) -> None:
            self._say(line)
            say(line)

        match order.action:
            case "move":
                after = move_service(self._fleet.topology, order.service, order.slice_name)
                self._rearrange(after, order, tell)
            case "scale":
                after = scale_slice(self._fleet.topology, order.slice_name, order.replicas)
                self._rearrange(after, order, tell)
            case "restart":
                self._restart(order, tell)
            case _:
                raise TopologyInvalidError(f"a fleet cannot '{order.action}'.")

    def _rearrange(self, after: Topology, order: Order, tell: Say) -> None:
        refuse_unless_writable(self._file)
        change = Rearrangement(self._fleet, after, say=tell, watch_seconds=order.watch_seconds)
        for step in change.plan():
            tell(step)
        if order.plan_only:
            return
        change.run()
        try:
            update_file(self._file, after)
        except OSError as error:
            raise FleetError(f"done, but {self._file} does not say so yet: {error}") from error
        tell(f"done; {self._file} says so")

    def _restart(self, order: Order, tell: Say) -> None:
        part = self._fleet.topology.slices.get(order.slice_name)
        if part is None:
            known = ", ".join(self._fleet.topology.slices)
            raise TopologyInvalidError(f"there is no slice '{order.slice_name}'; known: {known}")
        if part.replicas > 1:
            restart_in_turn(self._fleet, order.slice_name, say=tell)
        else:
            Rearrangement(
                self._fleet,
                self._fleet.topology,
                say=tell,
                watch_seconds=order.watch_seconds,
                renewed=[order.slice_name],
            ).run()
        tell(f"slice '{order.slice_name}' is restarted")

    def _say(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


def _raise_stop(_number: int, _frame: object) -> None:
    raise Stop
