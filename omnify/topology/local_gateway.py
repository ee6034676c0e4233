"""Run nginx in front of a local fleet, with flags that tell it where to send requests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import requests

from omnify.topology.files import Topology
from omnify.topology.processes import Child
from omnify.topology.rendering.gateway import Gateway, flag_names, nginx_configuration
from omnify.topology.rendering.locations import HEALTH_PATH
from omnify.topology.run_folder import RunFolder
from omnify.topology.slots import first_slot, list_slots

#: Longer than nginx takes from the first flag to the last.
_LOOK_SECONDS = 0.05


def find_nginx() -> str:
    """Return the path of the program, empty where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin") or ""


class LocalGateway:
    """One nginx for all slices of a fleet on this machine."""

    def __init__(self, topology: Topology, folder: RunFolder, port: int) -> None:
        self.port = port
        self.url = f"http://localhost:{port}"
        self.access_log: Path = folder.path / "access.log"
        self.child: Child | None = None
        self._topology, self._folder = topology, folder

    def start(self, environ: Mapping[str, str], out: IO[str]) -> None:
        """Write its configuration and start it."""
        file = self._folder.path / "nginx.conf"
        file.write_text(nginx_configuration(self._described()), "utf-8")
        self.access_log.write_text("")
        command = [find_nginx(), "-c", str(file), "-g", "daemon off;"]
        # QUIT lets it finish what it is answering.
        self.child = Child("gateway", command, environ, out, stop_signal=signal.SIGQUIT)

    def is_up(self) -> bool:
        """Tell whether the gateway answers."""
        try:
            response = requests.get(f"http://127.0.0.1:{self.port}{HEALTH_PATH}", timeout=2)
        except requests.RequestException:
            return False
        return response.ok

    def point(self, service: str, group: str) -> None:
        """Send a service's next requests to a group of servers."""
        flags, wanted = self._folder.flags, flag_names(service, group)
        former = [flag for flag in flags.glob(f"{service}.*") if flag.name not in wanted]
        for name in wanted:
            (flags / name).touch()
        if former:
            # A request that was too early for the new flag still finds the old one.
            time.sleep(_LOOK_SECONDS)
        for flag in former:
            flag.unlink()

    def _groups(self) -> dict[str, tuple[str, ...]]:
        """Return the sockets of each number of servers in each slot."""
        return {
            slot.group(count): tuple(
                f"unix:{self._folder.socket_of(slot, index)}" for index in range(count)
            )
            for slot in list_slots(self._topology)
            for count in range(1, slot.capacity + 1)
        }

    def _described(self) -> Gateway:
        owners = {
            service: first_slot(self._topology, name).group(part.replicas)
            for name, part in self._topology.slices.items()
            for service in part.services
        }
        return Gateway(
            header=f"# Written by 'manage.py topology up' for the fleet '{self._topology.name}'.\n",
            groups=self._groups(),
            owners=owners,
            listen=f"127.0.0.1:{self.port}",
            flags=str(self._folder.flags),
            folder=str(self._folder.path),
            access_log=str(self.access_log),
            user=pwd.getpwuid(os.geteuid()).pw_name if os.geteuid() == 0 else "",
        )
