"""A running fleet becomes another one, without a request lost, or stays what it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator

import msgspec

from omnify.topology.brokers import find_broker_problems
from omnify.topology.changes import list_differences
from omnify.topology.checks import find_problems
from omnify.topology.crews import Crew, Server, Worker
from omnify.topology.files import Topology
from omnify.topology.fleet import Fleet, FleetError, refuse_ended
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.status import ask_status
from omnify.topology.watching import AccessLog, Traffic, find_deterioration, find_silence

Say = Callable[[str], None]

#: How long the traffic before a change is listened to, in seconds, if it is watched for as long.
BASELINE_SECONDS = 5.0
#: Longer than a request that was told the old place takes to get there, and than the gateway
#: leaves a server alone that answered "not executed".
SETTLE_SECONDS = 1.5
_LOOK_SECONDS = 0.25


class Rearrangement:
    """One change of a running fleet: slices that change are started beside, then asked instead."""

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
        """What will be done, in order.

        Raises:
            FleetError: the topology would be none that can work, or too big for the gateway; or a
                service would begin with events that cannot arrive.
        """
        problems = find_problems(self._after)
        if self._replaced:
            problems += find_broker_problems()
        for name in self._scaled:
            part, most = self._after.slices[name], self._fleet.crews[name].berth.seats
            if part.replicas > most:
                problems.append(
                    f"the running gateway knows {most} replicas of slice '{name}', not"
                    f" {part.replicas}: start the fleet anew for more"
                )
        if problems:
            raise FleetError("nothing was changed: " + "; ".join(problems))
        return [f"{number}. {step}" for number, step in enumerate(self._steps(), 1)]

    def run(self) -> None:
        """Do it.

        Raises:
            FleetError: it could not be done; the fleet is what it was before.
        """
        gateway = self._steady_gateway()
        started = self._start_beside()
        for name in self._scaled:
            self._scale(name)
        if started or self._before.slices.keys() != self._after.slices.keys():
            self._flip(gateway, started)
        self._fleet.topology = self._after

    def _is_scaled_only(self, name: str) -> bool:
        before, after = self._before.slices.get(name), self._after.slices[name]
        return before is not None and after == msgspec.structs.replace(
            before, replicas=after.replicas
        )

    def _steps(self) -> Iterator[str]:
        yield from list_differences(self._before, self._after)
        for name in self._replaced:
            services = ", ".join(self._after.slices[name].services)
            yield f"start slice '{name}' ({services}) beside what runs, and wait until it is ready"
        for name in self._scaled:
            yield f"start servers of slice '{name}' one by one, or drain those that are too many"
        if self._replaced:
            yield (
                "send the gateway's requests to what was started; watch them for"
                f" {self._watch_seconds:g} s, and send them back if they fail or become slow"
            )
            yield "drain what is not asked any more"

    def _steady_gateway(self) -> LocalGateway:
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

    def _start_beside(self) -> dict[str, Crew]:
        started: dict[str, Crew] = {}
        try:
            for name in self._replaced:
                self._say(f"starting slice '{name}' beside what runs")
                started[name] = self._fleet.start_beside(name, self._after.slices[name])
                for line in started[name].list_other_ports():
                    self._say(line)
            self._fleet.wait_until_ready(_members(started.values()))
        except FleetError as error:
            self._fleet.retire(_members(started.values()))
            raise FleetError(f"the old slices go on serving: {error}") from error
        return started

    def _flip(self, gateway: LocalGateway, started: dict[str, Crew]) -> None:
        services = {service for crew in started.values() for service in crew.part.services}
        former = self._listen(gateway, services)
        log = AccessLog(gateway.access_log)
        old = self._fleet.crews
        new = {name: started.get(name) or old[name] for name in self._after.slices}
        try:
            self._fleet.adopt(self._after, new)
        except OSError as error:
            time.sleep(SETTLE_SECONDS)
            self._fleet.retire(_members(started.values()))
            raise FleetError(f"the old slices go on serving: {error}") from error
        self._say(f"the gateway asks the new slices; watching for {self._watch_seconds:g} s")
        worse = self._watch(gateway, log, started.values(), former)
        if worse:
            self._fleet.take_back(self._before, old)
            time.sleep(SETTLE_SECONDS)
            self._fleet.retire(_members(started.values()))
            raise FleetError(f"sent back to the old slices, which go on serving: {worse}")
        left = [crew for name, crew in old.items() if new.get(name) is not crew]
        for crew in left:
            self._say(f"draining the former slice '{crew.name}'")
        self._fleet.retire(_members(left))

    def _listen(self, gateway: LocalGateway, services: Collection[str]) -> Traffic:
        log = AccessLog(gateway.access_log)
        time.sleep(min(BASELINE_SECONDS, self._watch_seconds))
        traffic = log.read(services)
        self._say(f"before: {traffic}")
        return traffic

    def _watch(
        self, gateway: LocalGateway, log: AccessLog, started: Collection[Crew], former: Traffic
    ) -> str:
        """What got worse since the flip, looked for until the time is over."""
        services = {service for crew in started for service in crew.part.services}
        until = time.monotonic() + max(self._watch_seconds, SETTLE_SECONDS)
        worse, since = "", Traffic(0, 0, 0.0)
        while not worse and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
            try:
                since = log.read(services)
                worse = find_deterioration(former, since) or self._find_end(gateway, log, started)
            except OSError as error:
                worse = str(error)
        self._say(f"since: {since}")
        return worse

    def _find_end(self, gateway: LocalGateway, log: AccessLog, started: Iterable[Crew]) -> str:
        """What has gone since the flip; it is started again only after this was seen."""
        try:
            if silence := find_silence(gateway.url, log):
                return silence
            refuse_ended(_members(started))
            self._fleet.tend()
        except FleetError as error:
            return str(error)
        return ""

    def _scale(self, name: str) -> None:
        crew, former = self._fleet.crews[name], list(self._fleet.crews[name].servers)
        crew.adopt(self._after.slices[name])
        try:
            while len(crew.servers) < crew.part.replicas:
                server = crew.add_server()
                self._say(f"starting '{server.seat.name}'")
                self._fleet.wait_until_ready([server])
            del crew.servers[crew.part.replicas :]
            self._fleet.adopt(self._after, self._fleet.crews)
        except (FleetError, OSError) as error:
            added = [server for server in crew.servers if server not in former]
            crew.servers[:] = former
            crew.adopt(self._before.slices[name])
            self._fleet.take_back(self._before, self._fleet.crews)
            self._fleet.retire(added)
            raise FleetError(f"the others go on serving: {error}") from error
        left = [server for server in former if server not in crew.servers]
        for server in left:
            self._say(f"draining '{server.seat.name}'")
        time.sleep(SETTLE_SECONDS)
        self._fleet.retire(left)


def _members(crews: Iterable[Crew]) -> list[Server | Worker]:
    return [member for crew in crews for member in crew.members]


def restart_in_turn(fleet: Fleet, name: str, *, say: Say) -> None:
    """Restart the servers of a slice one after the other, while the others answer.

    Raises:
        FleetError: one did not come back; the others go on serving.
    """
    servers: list[Server] = list(fleet.crews[name].servers)
    for server in servers:
        say(f"restarting '{server.seat.name}'")
        fleet.drain([server])
        server.start()
        fleet.wait_until_ready([server])
        time.sleep(SETTLE_SECONDS)
    for worker in fleet.crews[name].workers:
        fleet.drain([worker])
        worker.start()
