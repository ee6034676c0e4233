"""Change a running fleet without losing a request, or leave it what it was."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from omnify.topology.brokers import find_broker_problems
from omnify.topology.changes import list_differences
from omnify.topology.checks import find_problems
from omnify.topology.control import Say
from omnify.topology.deployments import Deployment, list_processes
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Topology
from omnify.topology.fleet import Fleet
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.readiness import refuse_ended
from omnify.topology.status import ask_status
from omnify.topology.watching import AccessLog, Traffic, find_deterioration, find_silence

#: For how long the traffic before a change is measured, in seconds, if it is watched for as long.
BASELINE_SECONDS = 5.0
#: Longer than a request that was sent to the old address takes to get there, and than the gateway
#: avoids a server that answered "not executed".
SETTLE_SECONDS = 1.5
_LOOK_SECONDS = 0.25


class Rearrangement:
    """One change of a running fleet: slices that change are started beside it, then switched to."""

    def __init__(
        self,
        fleet: Fleet,
        after: Topology,
        *,
        say: Say,
        watch_seconds: float,
        renewed: Collection[str] = (),
    ) -> None:
        self._fleet, self._before, self._after = fleet, fleet.topology, after
        self._say, self._watch_seconds = say, watch_seconds
        changed = [
            name for name, part in after.slices.items() if part != self._before.slices.get(name)
        ]
        self._scaled = [name for name in changed if self._is_scaled_only(name)]
        self._replaced = [name for name in (*changed, *renewed) if name not in self._scaled]

    def plan(self) -> list[str]:
        """Return the steps of the change, in order.

        Raises:
            FleetError: the new topology could not work, is too large for the gateway, or has
                events that could not arrive.
        """
        problems = [*find_problems(self._after), *self._find_capacity_problems()]
        if self._replaced:
            problems += find_broker_problems()
        if problems:
            raise FleetError("nothing was changed: " + "; ".join(problems))
        return [f"{number}. {step}" for number, step in enumerate(self._steps(), 1)]

    def run(self) -> None:
        """Make the change.

        Raises:
            FleetError: it could not be made; the fleet is what it was before.
        """
        gateway = self._ready_gateway()
        started = self._start_beside()
        for name in self._scaled:
            self._scale(name)
        if started or self._before.slices.keys() != self._after.slices.keys():
            self._switch(gateway, started)
        self._fleet.topology = self._after

    def _is_scaled_only(self, name: str) -> bool:
        before, after = self._before.slices.get(name), self._after.slices[name]
        return before is not None and after == msgspec.structs.replace(
            before, replicas=after.replicas
        )

    def _find_capacity_problems(self) -> Iterator[str]:
        for name in self._scaled:
            part, slot = self._after.slices[name], self._fleet.deployments[name].slot
            if part.replicas > slot.capacity:
                yield (
                    f"the running gateway knows {slot.capacity} replicas of slice '{name}', not"
                    f" {part.replicas}: start the fleet anew for more"
                )

    def _steps(self) -> Iterator[str]:
        yield from list_differences(self._before, self._after)
        for name in self._replaced:
            services = ", ".join(self._after.slices[name].services)
            yield f"start slice '{name}' ({services}) beside what runs, and wait until it is ready"
        for name in self._scaled:
            yield f"start servers of slice '{name}' one by one, or drain the superfluous ones"
        if self._replaced:
            yield (
                "send the gateway's requests to the new slices; watch them for"
                f" {self._watch_seconds:g} s, and send them back if they fail or become slow"
            )
            yield "drain the old slices"

    def _ready_gateway(self) -> LocalGateway:
        """Return the gateway of a fleet that can be changed: all of it is ready."""
        gateway = self._fleet.gateway
        if gateway is None:
            raise FleetError("nothing was changed: the fleet runs without --gateway")
        if not gateway.is_up():
            raise FleetError("nothing was changed: the gateway does not answer")
        for target in self._fleet.targets():
            status = ask_status(target)
            if not status.is_ready:
                reasons = "; ".join(status.problems)
                raise FleetError(f"nothing was changed: '{target.name}' is not ready: {reasons}")
        return gateway

    def _start_beside(self) -> dict[str, Deployment]:
        started: dict[str, Deployment] = {}
        try:
            for name in self._replaced:
                self._say(f"starting slice '{name}' beside what runs")
                started[name] = self._fleet.start_beside(name, self._after.slices[name])
                for line in started[name].list_other_ports():
                    self._say(line)
            self._fleet.wait_until_ready(list_processes(started.values()))
        except FleetError as error:
            self._fleet.retire(list_processes(started.values()))
            raise FleetError(f"the old slices keep serving: {error}") from error
        return started

    def _switch(self, gateway: LocalGateway, started: Mapping[str, Deployment]) -> None:
        baseline = self._measure_baseline(gateway, started.values())
        log = AccessLog(gateway.access_log)
        old = self._fleet.deployments
        new = {name: started.get(name) or old[name] for name in self._after.slices}
        try:
            self._fleet.switch_to(self._after, new)
        except OSError as error:
            self._retire_settled(started.values())
            raise FleetError(f"the old slices keep serving: {error}") from error
        self._say(f"the gateway asks the new slices; watching for {self._watch_seconds:g} s")
        problem = self._watch(gateway, log, started.values(), baseline)
        if problem:
            self._fleet.switch_back(self._before, old)
            self._retire_settled(started.values())
            raise FleetError(f"sent back to the old slices, which keep serving: {problem}")
        former = [each for name, each in old.items() if new.get(name) is not each]
        for deployment in former:
            self._say(f"draining the former slice '{deployment.name}'")
        self._fleet.retire(list_processes(former))

    def _retire_settled(self, deployments: Collection[Deployment]) -> None:
        time.sleep(SETTLE_SECONDS)
        self._fleet.retire(list_processes(deployments))

    def _measure_baseline(self, gateway: LocalGateway, started: Collection[Deployment]) -> Traffic:
        log = AccessLog(gateway.access_log)
        time.sleep(min(BASELINE_SECONDS, self._watch_seconds))
        traffic = log.read(_services_of(started))
        self._say(f"before: {traffic}")
        return traffic

    def _watch(
        self,
        gateway: LocalGateway,
        log: AccessLog,
        started: Collection[Deployment],
        baseline: Traffic,
    ) -> str:
        """Watch the traffic after the switch; returns what got worse, empty if nothing did."""
        services = _services_of(started)
        until = time.monotonic() + max(self._watch_seconds, SETTLE_SECONDS)
        problem, traffic = "", Traffic(0, 0, 0.0)
        while not problem and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
            try:
                traffic = log.read(services)
                problem = find_deterioration(baseline, traffic)
                problem = problem or self._find_end(gateway, log, started)
            except OSError as error:
                problem = str(error)
        self._say(f"since: {traffic}")
        return problem

    def _find_end(
        self, gateway: LocalGateway, log: AccessLog, started: Iterable[Deployment]
    ) -> str:
        """Say what has ended since the switch; the fleet is supervised only after this look."""
        try:
            if silence := find_silence(gateway.url, log):
                return silence
            refuse_ended(list_processes(started))
            self._fleet.supervise()
        except FleetError as error:
            return str(error)
        return ""

    def _scale(self, name: str) -> None:
        deployment = self._fleet.deployments[name]
        former = list(deployment.servers)
        deployment.redescribe(self._after.slices[name])
        try:
            while len(deployment.servers) < deployment.part.replicas:
                server = deployment.add_server()
                self._say(f"starting '{server.endpoint.name}'")
                self._fleet.wait_until_ready([server])
            del deployment.servers[deployment.part.replicas :]
            self._fleet.switch_to(self._after, self._fleet.deployments)
        except (FleetError, OSError) as error:
            added = [server for server in deployment.servers if server not in former]
            deployment.servers[:] = former
            deployment.redescribe(self._before.slices[name])
            self._fleet.switch_back(self._before, self._fleet.deployments)
            self._fleet.retire(added)
            raise FleetError(f"the others keep serving: {error}") from error
        superfluous = [server for server in former if server not in deployment.servers]
        for server in superfluous:
            self._say(f"draining '{server.endpoint.name}'")
        time.sleep(SETTLE_SECONDS)
        self._fleet.retire(superfluous)


def restart_in_turn(fleet: Fleet, name: str, *, say: Say) -> None:
    """Restart the servers of a slice one after the other, while the others answer.

    Raises:
        FleetError: one did not come back; the others keep serving.
    """
    deployment = fleet.deployments[name]
    for server in list(deployment.servers):
        say(f"restarting '{server.endpoint.name}'")
        fleet.drain([server])
        server.start()
        fleet.wait_until_ready([server])
        time.sleep(SETTLE_SECONDS)
    for worker in deployment.workers:
        fleet.drain([worker])
        worker.start()


def _services_of(deployments: Iterable[Deployment]) -> set[str]:
    return {service for deployment in deployments for service in deployment.part.services}
