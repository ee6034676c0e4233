"""The processes of one slice: servers on their seats, and workers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from omnify.topology.environment import slice_environment
from omnify.topology.files import Slice, process_names
from omnify.topology.processes import Child
from omnify.topology.seats import Berth, RunFolder, Seat, choose_port
from omnify.topology.status import Target


class Ground(NamedTuple):
    """What a fleet stands on: the checkout, the environment it inherits, where it prints."""

    root: Path
    environ: Mapping[str, str]
    out: IO[str]


class Surroundings:
    """What all processes of a fleet are started with."""

    def __init__(
        self, ground: Ground, *, folder: RunFolder, public_urls: Mapping[str, str]
    ) -> None:
        self.ground, self.folder = ground, folder
        self._public_urls = public_urls

    def environment(self, part: Slice, port: int) -> dict[str, str]:
        """The environment of a process of a slice."""
        return slice_environment(
            part,
            port,
            self.ground.environ,
            addresses=self.folder.addresses,
            public_urls=self._public_urls,
        )

    def run(self, name: str, action: str, environ: Mapping[str, str]) -> Child:
        """Start a management command beside this process."""
        command = [sys.executable, str(self.ground.root / "manage.py"), action]
        return Child(name, command, environ, self.ground.out)


class Server:
    """A server on its seat; it can be started there again."""

    def __init__(self, seat: Seat, part: Slice, surroundings: Surroundings) -> None:
        self.seat, self.part, self._surroundings = seat, part, surroundings
        self.start()

    def start(self) -> None:
        """Start a process on the seat."""
        socket = self._surroundings.folder.socket_of(self.seat.berth, self.seat.index)
        environ = self._surroundings.environment(self.part, self.seat.port)
        name = self.seat.slice_name if self.part.replicas == 1 else self.seat.name
        self.child = self._surroundings.run(name, "serve", environ | {"BIND_SOCKET": str(socket)})

    @property
    def target(self) -> Target:
        """Where it can be asked how it is."""
        return Target(self.child.name, self.seat.url, self.part.services, self.child.pid)


class Worker:
    """A process that runs jobs alone; it can be started again."""

    def __init__(self, name: str, part: Slice, surroundings: Surroundings) -> None:
        self._name = name
        self._part, self._surroundings = part, surroundings
        self.start()

    def start(self) -> None:
        """Start the process."""
        environ = self._surroundings.environment(self._part, self._part.port)
        self.child = self._surroundings.run(self._name, "worker", environ)


class Crew:
    """All processes of a slice, in one berth."""

    def __init__(
        self,
        name: str,
        part: Slice,
        berth: Berth,
        surroundings: Surroundings,
        *,
        taken: Iterable[int] = (),
    ) -> None:
        self.name, self.part, self.berth = name, part, berth
        self._surroundings, self._taken = surroundings, set(taken)
        self.servers: list[Server] = []
        for _ in range(part.replicas):
            self.add_server()
        names = process_names(name, part)[part.replicas :]
        self.workers = [Worker(worker, part, surroundings) for worker in names]

    @property
    def members(self) -> list[Server | Worker]:
        """Its processes."""
        return [*self.servers, *self.workers]

    @property
    def is_running(self) -> bool:
        """Whether one of them has not ended."""
        return any(member.child.exit_code is None for member in self.members)

    @property
    def group(self) -> str:
        """What the gateway calls its servers."""
        return self.berth.group(len(self.servers))

    @property
    def urls(self) -> list[str]:
        """Where other slices reach it."""
        return [server.seat.url for server in self.servers]

    def list_other_ports(self) -> list[str]:
        """Which servers listen elsewhere than the topology says, a sentence each."""
        return [
            f"'{self.name}' listens on {server.seat.port} for now:"
            f" {self.part.ports[server.seat.index]} is taken"
            for server in self.servers
            if server.seat.port != self.part.ports[server.seat.index]
        ]

    def adopt(self, part: Slice) -> None:
        """Be described anew; processes that run go on, those that start follow it."""
        self.part = part
        for server in self.servers:
            server.part = part

    def add_server(self) -> Server:
        """Start one more, on the next seat."""
        index = len(self.servers)
        part = self.part
        taken = self._taken | {server.seat.port for server in self.servers}
        port = choose_port(part, min(index, part.replicas - 1), taken=taken)
        server = Server(Seat(self.name, self.berth, index, port), part, self._surroundings)
        self.servers.append(server)
        return server
