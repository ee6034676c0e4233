"""A fleet on this machine: started, supervised, changed, stopped."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Collection, Iterable, Iterator

from omnify.services.registry import manifests
from omnify.topology import readiness
from omnify.topology.deployments import (
    Deployment,
    Host,
    Launcher,
    Process,
    Server,
    list_processes,
)
from omnify.topology.environment import direct_urls
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Slice, Topology
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.processes import Child
from omnify.topology.readiness import describe_end
from omnify.topology.restarts import RESTART_WINDOW_SECONDS, RestartLimit
from omnify.topology.run_folder import RunFolder, replace_text
from omnify.topology.slots import choose_slot, first_slot, list_slots
from omnify.topology.status import ServerStatus, Target

#: How long a process may take to stop before it is killed, in seconds.
STOP_SECONDS = 40.0
_POLL_SECONDS = 0.1


class Fleet:
    """The processes of a topology, and a gateway in front of them if there is to be one."""

    def __init__(
        self, topology: Topology, host: Host, *, folder: RunFolder, gateway_port: int = 0
    ) -> None:
        self.topology = topology
        self.gateway = LocalGateway(topology, folder, gateway_port) if gateway_port else None
        self.deployments: dict[str, Deployment] = {}
        public_urls = direct_urls(topology)
        if self.gateway:
            public_urls = dict.fromkeys(manifests(), self.gateway.url)
        self.launcher = Launcher(host, folder=folder, public_urls=public_urls)
        self._host, self._folder = host, folder
        self._slots = list_slots(topology)
        # What runs without being asked: not yet, or no longer.
        self._beside: list[Deployment] = []
        self._to_drain: list[Process] = []
        self._is_published = True
        self._restarts, self._gateway_restarts = RestartLimit(), RestartLimit()
        self._said: set[str] = set()

    def start(self) -> None:
        """Start every process."""
        for name, part in self.topology.slices.items():
            slot = first_slot(self.topology, name)
            self.deployments[name] = Deployment(name, part, slot, self.launcher)
        self.publish_addresses()
        if self.gateway:
            self.gateway.start(self._host.environ, self._host.out)

    def start_beside(self, name: str, part: Slice) -> Deployment:
        """Start a slice anew beside what runs; nothing is sent to it yet.

        Raises:
            FleetError: the gateway knows no free slot for so many servers.
        """
        used = {deployment.slot for deployment in (*self.deployments.values(), *self._beside)}
        free = [slot for slot in self._slots if slot not in used]
        slot = choose_slot(free, name, part.replicas, avoided=self.deployments)
        if slot is None:
            raise FleetError(
                f"the running gateway has no other place for {part.replicas} servers of slice"
                f" '{name}': start the fleet anew"
            )
        ports = [server.endpoint.port for server in self.servers()]
        deployment = Deployment(name, part, slot, self.launcher, taken_ports=ports)
        self._beside.append(deployment)
        return deployment

    def switch_to(self, topology: Topology, deployments: dict[str, Deployment]) -> None:
        """Send the requests of other slices and of the gateway to these deployments from now on.

        Raises:
            OSError: not everything could be written; the fleet is what it was.
        """
        former = self.topology, self.deployments
        self._become(topology, deployments)
        try:
            self.publish_addresses()
            self.point_gateway()
        except OSError:
            self.switch_back(*former)
            raise

    def switch_back(self, topology: Topology, deployments: dict[str, Deployment]) -> None:
        """Let the former deployments be the fleet; what cannot be written now is written later."""
        self._become(topology, deployments)
        self._is_published = False
        self._publish()

    def retire(self, processes: Iterable[Process]) -> None:
        """Drain processes that nothing is sent to, once all slices and the gateway know that."""
        self._to_drain += processes
        if self._is_published:
            self._drain_retired()

    def drain(self, processes: Collection[Process]) -> None:
        """Have processes finish their requests and end; supervise the others meanwhile."""
        for process in processes:
            process.child.terminate()
        until = time.monotonic() + STOP_SECONDS
        while _is_any_running(processes) and time.monotonic() < until:
            # A process that ends too often is reported by the next supervision.
            with contextlib.suppress(FleetError):
                self.supervise(but=processes)
            time.sleep(_POLL_SECONDS)
        for process in processes:
            process.child.finish(0)

    def publish_addresses(self) -> None:
        """Write down for all slices where each service is."""
        addresses = {
            service: deployment.urls
            for deployment in self.deployments.values()
            for service in deployment.part.services
        }
        replace_text(self._folder.addresses, json.dumps(addresses, indent=1))
        self._folder.write_targets(self.targets())

    def point_gateway(self) -> None:
        """Send each service's requests to the deployment that has it.

        Raises:
            OSError: not all could be sent there; those that could are.
        """
        if not self.gateway:
            return
        errors = []
        for deployment in self.deployments.values():
            for service in deployment.part.services:
                try:
                    self.gateway.point(service, deployment.group)
                except OSError as error:
                    errors.append(error)
        if errors:
            raise errors[0]

    def wait_until_ready(self, processes: Collection[Process] | None = None) -> list[ServerStatus]:
        """Wait for processes, by default all, and supervise the others meanwhile.

        Raises:
            FleetError: one ended, or is not ready in time.
        """
        waiting = self.processes() if processes is None else processes
        return readiness.wait_until_ready(waiting, meanwhile=lambda: self.supervise(but=waiting))

    def processes(self) -> list[Process]:
        """Return all processes that the fleet consists of."""
        return list_processes(self.deployments.values())

    def servers(self) -> Iterator[Server]:
        """Yield all servers that the fleet's requests go to."""
        for deployment in self.deployments.values():
            yield from deployment.servers

    def targets(self) -> list[Target]:
        """Return where the state of every server can be asked."""
        return [server.target for server in self.servers()]

    def supervise(self, but: Collection[Process] = ()) -> None:
        """Start again what ended by itself, except the processes that the caller looks after.

        Raises:
            FleetError: processes of slices end too often.
        """
        if not self._is_published and self._publish():
            self._host.say("all slices and the gateway know now where to ask")
            self._drain_retired()
        self._supervise_gateway()
        for process in self.processes():
            if process not in but and process.child.exit_code is not None:
                self._count_restart(process.child)
                process.start()
                # Its process id is another one now.
                self._is_published = False
                self._publish()

    def stop(self) -> None:
        """Stop everything: the gateway first, so that it finishes; then all servers at once."""
        if self.gateway and self.gateway.child:
            self.gateway.child.terminate()
            self.gateway.child.finish(STOP_SECONDS)
        deployments = [*self.deployments.values(), *self._beside]
        processes = [*self._to_drain, *list_processes(deployments)]
        for process in processes:
            process.child.terminate()
        until = time.monotonic() + STOP_SECONDS
        self._folder.remove_targets()
        for process in processes:
            process.child.finish(max(0.1, until - time.monotonic()))

    def _become(self, topology: Topology, deployments: dict[str, Deployment]) -> None:
        running = dict.fromkeys((*self._beside, *self.deployments.values()))
        self.topology, self.deployments = topology, deployments
        self._beside = [each for each in running if each not in deployments.values()]

    def _publish(self) -> bool:
        """Try to write down where to ask, for the gateway first: its flags need no room."""
        try:
            self.point_gateway()
            self.publish_addresses()
        except OSError as error:
            self._say_once(f"the new addresses cannot be written yet, tried again: {error}")
            return False
        self._is_published = True
        self._said.clear()
        return True

    def _drain_retired(self) -> None:
        processes = list(self._to_drain)
        self.drain(processes)
        self._to_drain = [process for process in self._to_drain if process not in processes]
        self._beside = [deployment for deployment in self._beside if deployment.is_running]

    def _supervise_gateway(self) -> None:
        """Start an ended gateway again; the slices reach each other without it."""
        gateway = self.gateway
        if not gateway or not gateway.child or gateway.child.exit_code is None:
            return
        if not self._gateway_restarts.is_reached:
            self._note_restart(gateway.child, self._gateway_restarts)
            self._said.clear()
            gateway.start(self._host.environ, self._host.out)
        else:
            self._say_once(
                "the gateway ends too often; the slices run on, and it is started again in"
                f" {RESTART_WINDOW_SECONDS:g} s at most: {describe_end(gateway.child)}"
            )

    def _count_restart(self, child: Child) -> None:
        if self._restarts.is_reached:
            raise FleetError(f"processes end too often; the last: {describe_end(child)}")
        self._note_restart(child, self._restarts)

    def _note_restart(self, child: Child, restarts: RestartLimit) -> None:
        restarts.count()
        self._host.say(f"'{child.name}' ended with code {child.exit_code}: starting it again")

    def _say_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._host.say(line)


def _is_any_running(processes: Iterable[Process]) -> bool:
    return any(process.child.exit_code is None for process in processes)
