"""The processes of one slice: servers at their endpoints, and workers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias

from omnify.topology.environment import slice_environment
from omnify.topology.files import Slice, process_names
from omnify.topology.ports import choose_port
from omnify.topology.processes import Child
from omnify.topology.run_folder import RunFolder
from omnify.topology.slots import Endpoint, Slot
from omnify.topology.status import Target


class Host(NamedTuple):
    """What this machine gives a fleet: a checkout, an environment, and an output to print to."""

    root: Path
    environ: Mapping[str, str]
    out: IO[str]

    def say(self, line: str) -> None:
        """Print a line at once."""
        self.out.write(f"{line}\n")
        self.out.flush()


class Launcher:
    """Starts the processes of a fleet on this machine."""

    def __init__(self, host: Host, *, folder: RunFolder, public_urls: Mapping[str, str]) -> None:
        self.host, self.folder = host, folder
        self._public_urls = public_urls

    def environment(self, part: Slice, port: int) -> dict[str, str]:
        """Return the environment of a process of a slice."""
        return slice_environment(
            part,
            port,
            self.host.environ,
            addresses=self.folder.addresses,
            public_urls=self._public_urls,
        )

    def launch(self, name: str, action: str, environ: Mapping[str, str]) -> Child:
        """Start a management command as a child of this process."""
        command = [sys.executable, str(self.host.root / "manage.py"), action]
        return Child(name, command, environ, self.host.out)


class Server:
    """A server at its endpoint; it can be started there again."""

    def __init__(self, endpoint: Endpoint, part: Slice, launcher: Launcher) -> None:
        self.endpoint, self.part, self._launcher = endpoint, part, launcher
        self.start()

    def start(self) -> None:
        """Start a process that listens at the endpoint."""
        endpoint = self.endpoint
        socket = self._launcher.folder.socket_of(endpoint.slot, endpoint.index)
        environ = self._launcher.environment(self.part, endpoint.port)
        name = endpoint.slice_name if self.part.replicas == 1 else endpoint.name
        self.child = self._launcher.launch(name, "serve", environ | {"BIND_SOCKET": str(socket)})

    @property
    def target(self) -> Target:
        """Return where the server's state can be asked."""
        return Target(self.child.name, self.endpoint.url, self.part.services, self.child.pid)


class Worker:
    """A process that runs jobs alone; it can be started again."""

    def __init__(self, name: str, part: Slice, launcher: Launcher) -> None:
        self._name = name
        self._part, self._launcher = part, launcher
        self.start()

    def start(self) -> None:
        """Start the process."""
        environ = self._launcher.environment(self._part, self._part.port)
        self.child = self._launcher.launch(self._name, "worker", environ)


Process: TypeAlias = Server | Worker


class Deployment:
    """All processes of a slice, its servers in one slot."""

    def __init__(
        self,
        name: str,
        part: Slice,
        slot: Slot,
        launcher: Launcher,
        *,
        taken_ports: Iterable[int] = (),
    ) -> None:
        self.name, self.part, self.slot = name, part, slot
        self._launcher, self._taken_ports = launcher, set(taken_ports)
        self.servers: list[Server] = []
        for _ in range(part.replicas):
            self.add_server()
        names = process_names(name, part)[part.replicas :]
        self.workers = [Worker(worker, part, launcher) for worker in names]

    @property
    def processes(self) -> list[Process]:
        """Return all servers and workers."""
        return [*self.servers, *self.workers]

    @property
    def is_running(self) -> bool:
        """Tell whether any process has not ended."""
        return any(process.child.exit_code is None for process in self.processes)

    @property
    def group(self) -> str:
        """Return what the gateway calls the servers together."""
        return self.slot.group(len(self.servers))

    @property
    def urls(self) -> list[str]:
        """Return where other slices reach the servers."""
        return [server.endpoint.url for server in self.servers]

    def list_other_ports(self) -> list[str]:
        """Name the servers that listen elsewhere than the topology says, a sentence each."""
        return [
            f"'{self.name}' listens on {server.endpoint.port} for now:"
            f" {self.part.ports[server.endpoint.index]} is taken"
            for server in self.servers
            if server.endpoint.port != self.part.ports[server.endpoint.index]
        ]

    def redescribe(self, part: Slice) -> None:
        """Take another description of the slice, which processes follow when they next start."""
        self.part = part
        for server in self.servers:
            server.part = part

    def add_server(self) -> Server:
        """Start one more server, at the next endpoint."""
        index = len(self.servers)
        part = self.part
        taken = self._taken_ports | {server.endpoint.port for server in self.servers}
        port = choose_port(part, min(index, part.replicas - 1), taken=taken)
        server = Server(Endpoint(self.name, self.slot, index, port), part, self._launcher)
        self.servers.append(server)
        return server


def list_processes(deployments: Iterable[Deployment]) -> list[Process]:
    """Return the processes of several deployments."""
    return [process for deployment in deployments for process in deployment.processes]
