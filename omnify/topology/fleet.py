"""A fleet on this machine: migrated, started, tended, rearranged, stopped."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from omnify.conf import settings
from omnify.services.registry import manifests
from omnify.topology.crews import Crew, Ground, Server, Surroundings, Worker
from omnify.topology.environment import direct_urls
from omnify.topology.files import Slice, Topology
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.processes import Child
from omnify.topology.seats import RunFolder, berths_of, choose_berth, first_berth, replace_text
from omnify.topology.statics import collect_when_stale
from omnify.topology.status import ServerStatus, Target, ask_status

#: How long servers may take until they are ready, in seconds.
READY_SECONDS = 90.0
#: How long a process may take to stop before it is killed, in seconds.
STOP_SECONDS = 30.0
#: A fleet whose processes end this often within the time gives up.
MOST_RESTARTS, RESTART_WINDOW_SECONDS = 5, 60.0
_POLL_SECONDS = 0.1


class FleetError(RuntimeError):
    """A fleet did not start or did not stay; the message says which slice and why."""


class Fleet:
    """The processes of a topology, and a gateway in front of them if there is to be one."""

    def __init__(
        self, topology: Topology, ground: Ground, *, folder: RunFolder, gateway_port: int = 0
    ) -> None:
        self.topology = topology
        self.gateway = LocalGateway(topology, folder, gateway_port) if gateway_port else None
        self.crews: dict[str, Crew] = {}
        public = direct_urls(topology)
        if self.gateway:
            public = dict.fromkeys(manifests(), self.gateway.url)
        self._ground, self._folder = ground, folder
        self._berths = berths_of(topology)
        self._surroundings = Surroundings(ground, folder=folder, public_urls=public)
        self._leaving: list[Crew] = []
        self._unwanted: list[Server | Worker] = []
        self._is_told = True
        self._restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._gateway_restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._said: set[str] = set()

    def prepare(self) -> None:
        """Migrate the databases of all slices, and collect static files if any changed.

        Raises:
            FleetError: a command failed; its output is in the message.
        """
        self._folder.make()
        for name, part in self.topology.slices.items():
            if part.services:
                self._manage(name, part, "migrate")
        name, part = next(iter(self.topology.slices.items()))
        collect_when_stale(
            Path(settings.STATIC_ROOT),
            lambda: self._manage(name, part, "collectstatic", "--no-input", "-v", "0"),
        )

    def start(self) -> None:
        """Start every process."""
        for name, part in self.topology.slices.items():
            berth = first_berth(self.topology, name)
            self.crews[name] = Crew(name, part, berth, self._surroundings)
        self.publish_addresses()
        if self.gateway:
            self.gateway.start(self._ground.environ, self._ground.out)

    def start_beside(self, name: str, part: Slice) -> Crew:
        """Start a slice anew beside what runs; nobody asks it yet.

        Raises:
            FleetError: the gateway knows no free berth with so many seats.
        """
        present = [*self.crews.values(), *self._leaving]
        free = [b for b in self._berths if all(crew.berth != b for crew in present)]
        berth = choose_berth(free, name, part.replicas, avoided=self.crews)
        if berth is None:
            raise FleetError(
                f"the running gateway has no other place for {part.replicas} servers of slice"
                f" '{name}': start the fleet anew"
            )
        taken = [server.seat.port for crew in self.crews.values() for server in crew.servers]
        crew = Crew(name, part, berth, self._surroundings, taken=taken)
        self._leaving.append(crew)
        return crew

    def adopt(self, topology: Topology, crews: dict[str, Crew]) -> None:
        """Let these crews be the fleet: other slices and the gateway ask them from now on.

        Raises:
            OSError: not everybody could be told; the fleet is what it was.
        """
        former = self.topology, self.crews
        self._become(topology, crews)
        try:
            self.publish_addresses()
            self.point_gateway()
        except OSError:
            self.take_back(*former)
            raise

    def take_back(self, topology: Topology, crews: dict[str, Crew]) -> None:
        """Let what was before be the fleet again; who cannot be told now is told later."""
        self._become(topology, crews)
        self._is_told = False
        self._tell()

    def retire(self, members: Iterable[Server | Worker]) -> None:
        """Drain processes that nobody asks any more, as soon as everybody has been told so."""
        self._unwanted += members
        if self._is_told:
            self._drain_unwanted()

    def drain(self, members: Collection[Server | Worker]) -> None:
        """Have processes finish what they do and end; the others are tended meanwhile."""
        for member in members:
            member.child.terminate()
        until = time.monotonic() + STOP_SECONDS
        while any(m.child.exit_code is None for m in members) and time.monotonic() < until:
            # What ends too often is told by whoever tends the fleet afterwards.
            with contextlib.suppress(FleetError):
                self.tend(but=members)
            time.sleep(_POLL_SECONDS)
        for member in members:
            member.child.finish(0)

    def publish_addresses(self) -> None:
        """Tell all slices where each service is."""
        found = {
            service: crew.urls for crew in self.crews.values() for service in crew.part.services
        }
        replace_text(self._folder.addresses, json.dumps(found, indent=1))
        self._folder.remember(self.targets())

    def point_gateway(self) -> None:
        """Send each service's requests to the crew that has it.

        Raises:
            OSError: not all could be sent there; those that could are.
        """
        if not self.gateway:
            return
        errors = []
        for crew in self.crews.values():
            for service in crew.part.services:
                try:
                    self.gateway.point(service, crew.group)
                except OSError as error:
                    errors.append(error)
        if errors:
            raise errors[0]

    def wait_until_ready(
        self, members: Collection[Server | Worker] | None = None
    ) -> list[ServerStatus]:
        """Wait until processes have started and are ready, and tend the others; all by default.

        Raises:
            FleetError: one ended, or is not ready in time.
        """
        until = time.monotonic() + READY_SECONDS
        waiting = list(self.members() if members is None else members)
        found = []
        for server in (member for member in waiting if isinstance(member, Server)):
            status = ask_status(server.target)
            while not status.is_ready:
                refuse_ended(waiting)
                if time.monotonic() > until:
                    reasons = "; ".join(status.problems)
                    raise FleetError(
                        f"slice '{server.child.name}' is not ready after {READY_SECONDS:g} s:"
                        f" {reasons}"
                    )
                self.tend(but=waiting)
                time.sleep(_POLL_SECONDS)
                status = ask_status(server.target)
            found.append(status)
        # Somebody else's server may answer on the port of one that could not take it.
        refuse_ended(waiting)
        return found

    def wait_for_gateway(self) -> None:
        """Wait until the gateway answers, if there is to be one.

        Raises:
            FleetError: it ended, or does not answer in time.
        """
        until = time.monotonic() + READY_SECONDS
        while self.gateway and not self.gateway.is_up():
            child = self.gateway.child
            if child and child.exit_code is not None:
                raise FleetError(_epitaph(child))
            if time.monotonic() > until:
                raise FleetError(f"the gateway does not answer after {READY_SECONDS:g} s")
            time.sleep(_POLL_SECONDS)

    def members(self) -> Iterator[Server | Worker]:
        """All processes that the fleet consists of."""
        for crew in self.crews.values():
            yield from crew.members

    def servers(self) -> Iterator[Server]:
        """All servers that the fleet asks."""
        for crew in self.crews.values():
            yield from crew.servers

    def targets(self) -> list[Target]:
        """Where all servers can be asked how they are."""
        return [server.target for server in self.servers()]

    def tend(self, but: Collection[Server | Worker] = ()) -> None:
        """Start again what ended by itself, but for those whose end somebody else looks after.

        Raises:
            FleetError: that happens too often to slices.
        """
        if not self._is_told and self._tell():
            self._say("everybody is told now where to ask")
            self._drain_unwanted()
        self._tend_gateway()
        for member in self.members():
            if member not in but and member.child.exit_code is not None:
                self._count_restart(member.child)
                member.start()
                # It is another process now.
                self._is_told = False
                self._tell()

    def run_script(self, script: Path) -> str:
        """Run a Python script beside the fleet; returns what it printed.

        Raises:
            FleetError: it failed.
        """
        name, part = next(iter(self.topology.slices.items()))
        return self._run_python(name, part, str(script))

    def stop(self) -> None:
        """Stop everything: the gateway first, so that it finishes; then all servers at once."""
        if self.gateway and self.gateway.child:
            self.gateway.child.terminate()
            self.gateway.child.finish(STOP_SECONDS)
        crews = [*self.crews.values(), *self._leaving]
        members = [*self._unwanted, *(member for crew in crews for member in crew.members)]
        for member in members:
            member.child.terminate()
        until = time.monotonic() + STOP_SECONDS
        self._folder.forget()
        for member in members:
            member.child.finish(max(0.1, until - time.monotonic()))

    def _become(self, topology: Topology, crews: dict[str, Crew]) -> None:
        present = dict.fromkeys((*self._leaving, *self.crews.values()))
        self.topology, self.crews = topology, crews
        self._leaving = [crew for crew in present if crew not in crews.values()]

    def _tell(self) -> bool:
        """Try to tell everybody where to ask, the gateway first: its flags need no room."""
        try:
            self.point_gateway()
            self.publish_addresses()
        except OSError as error:
            self._say_once(f"not everybody can be told where to ask, tried again: {error}")
            return False
        self._is_told = True
        self._said.clear()
        return True

    def _drain_unwanted(self) -> None:
        members = list(self._unwanted)
        self.drain(members)
        self._unwanted = [member for member in self._unwanted if member not in members]
        self._leaving = [crew for crew in self._leaving if crew.is_running]

    def _tend_gateway(self) -> None:
        """Start it again when it ended; slices are reached by each other and go on without it."""
        gateway = self.gateway
        if not gateway or not gateway.child or gateway.child.exit_code is None:
            return
        if not _is_often(self._gateway_restarts):
            self._note_restart(gateway.child, self._gateway_restarts)
            self._said.clear()
            gateway.start(self._ground.environ, self._ground.out)
        else:
            self._say_once(
                "the gateway ends too often; the slices run on, and it is started again in"
                f" {RESTART_WINDOW_SECONDS:g} s at most: {_epitaph(gateway.child)}"
            )

    def _count_restart(self, child: Child) -> None:
        if _is_often(self._restarts):
            raise FleetError(f"processes end too often; the last: {_epitaph(child)}")
        self._note_restart(child, self._restarts)

    def _note_restart(self, child: Child, restarts: deque[float]) -> None:
        restarts.append(time.monotonic())
        self._say(f"'{child.name}' ended with code {child.exit_code}: starting it again")

    def _say_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._say(line)

    def _say(self, line: str) -> None:
        self._ground.out.write(f"{line}\n")
        self._ground.out.flush()

    def _manage(self, name: str, part: Slice, *arguments: str) -> None:
        self._run_python(name, part, str(self._ground.root / "manage.py"), *arguments)

    def _run_python(self, name: str, part: Slice, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, *arguments],
            env=self._surroundings.environment(part, part.port),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            output = (done.stdout + done.stderr)[-4000:]
            what = " ".join(Path(argument).name for argument in arguments)
            raise FleetError(f"'{what}' failed for slice '{name}':\n{output}")
        return done.stdout


def refuse_ended(members: Iterable[Server | Worker]) -> None:
    """Refuse to go on with processes of which one has ended.

    Raises:
        FleetError: it tells the last lines of that one.
    """
    for member in members:
        if member.child.exit_code is not None:
            raise FleetError(_epitaph(member.child))


def _is_often(restarts: deque[float]) -> bool:
    """Whether all of the remembered ones are of a short time."""
    is_full = len(restarts) == MOST_RESTARTS
    return is_full and time.monotonic() - restarts[0] < RESTART_WINDOW_SECONDS


def _epitaph(child: Child) -> str:
    lines = "\n  ".join(child.last_lines)
    return f"'{child.name}' ended with code {child.exit_code}:\n  {lines}"
