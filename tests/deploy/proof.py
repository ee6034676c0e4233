"""The proof that a fleet is rearranged under load without losing a request.

Reads, writes with a key and writes without one go through the gateway all the time, while
integrations is moved out of the monolith, scaled to two servers, restarted in turn, killed with
``kill -9`` and moved back. Prints what was asked in each phase and what failed, and compares at the
end what was answered with what is stored. Ends with 1 when anything was lost or doubled.

    python -m tests.deploy.proof [--postgresql URL] [--clients N] [--kills N]
    python -m tests.deploy.proof --plant
    python -m tests.deploy.proof --full-disk

``--plant`` stops the only server of integrations instead of restarting it beside: the proof has to
see that, and ends with 0 when it does. ``--full-disk`` (as root, on Linux) lets the disk of the
database and of the fleet's own files fill while integrations is moved: the move has to be taken
back, reads go on, and writes do again once there is room.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from omnify.services.registry import manifests
from omnify.topology.run_folder import RunFolder
from omnify.topology.status import ask_status
from tests.deploy.load import Load, register
from tests.journeys.fleets import ROOT, new_database

FIRST_PORT, GATEWAY_PORT = 25000, 25080
READY_SECONDS = 90
#: Room for the database of a proof and the files of its fleet, and not for much more.
DISK_BYTES = 64 << 20


class LocalFleet:
    """A monolith behind a gateway, started as a person would."""

    def __init__(self, folder: Path, database: str) -> None:
        services = ", ".join(f'"{name}"' for name in manifests())
        self.file = folder / "fleet.toml"
        self.file.write_text(
            f'name = "proof"\n[slices.core]\nservices = [{services}]\nport = {FIRST_PORT}\n'
        )
        self.url = f"http://localhost:{GATEWAY_PORT}"
        self._log = (folder / "fleet.log").open("w")
        self._environ = os.environ | {"DATABASE_URL": database, "LOG_LEVEL": "WARNING"}
        command = ("topology", "up", str(self.file), "--gateway", str(GATEWAY_PORT))
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=self._environ,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._folder = RunFolder(self.file, ROOT)
        self.wait_until_ready()

    def command(self, action: str, *arguments: str) -> None:
        """Have it rearranged; ends the proof when that fails."""
        running = self.begin_command(action, *arguments)
        said, _ = running.communicate()
        if running.returncode:
            sys.exit(f"{action} {' '.join(arguments)} failed:\n{said}")

    def begin_command(self, action: str, *arguments: str) -> subprocess.Popen[str]:
        """Ask for a rearrangement; what it says comes over the process's output."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "topology", action, self.file, *arguments],
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kill_one(self, service: str) -> None:
        """Kill a server of a service and all its processes at once; wait until it is back."""
        victim = next(t for t in self._folder.read_targets() if service in t.services)
        os.killpg(victim.pid, signal.SIGKILL)
        self._wait_for(lambda: victim.pid not in self._pids())
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until every server of it and the gateway answer."""
        self._wait_for(self._is_ready)

    def wait_until_one(self) -> None:
        """Wait until nobody is told any more of what was started for a move."""
        self._wait_for(lambda: len(self._folder.read_targets()) == 1)

    def stop(self) -> None:
        """Drain it."""
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def _pids(self) -> set[int]:
        return {target.pid for target in self._folder.read_targets()}

    def _is_ready(self) -> bool:
        if self._process.poll() is not None:
            sys.exit(f"the fleet ended; see {self._log.name}")
        targets = self._folder.read_targets()
        if not targets or not all(ask_status(target).is_ready for target in targets):
            return False
        try:
            return requests.get(f"{self.url}/health", timeout=5).ok
        except requests.RequestException:
            return False

    def _wait_for(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_SECONDS
        while not is_so():
            if time.monotonic() > until:
                sys.exit(f"it did not come to be; see {self._log.name}")
            time.sleep(0.2)


def main() -> int:
    """Rearrange a fleet under load and say what became of the requests."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--clients", type=int, default=2, help="of each kind")
    parser.add_argument("--kills", type=int, default=3, help="at most five: a fleet gives up then")
    parser.add_argument("--plant", action="store_true")
    parser.add_argument("--full-disk", action="store_true")
    asked = parser.parse_args()
    if asked.full_disk and (asked.plant or asked.postgresql):
        parser.error("--full-disk is a proof of its own, on SQLite")
    if asked.full_disk and os.geteuid() != 0:
        parser.error("--full-disk mounts a small disk: run it as root")
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="omnify-proof-"))
        disk = Path(name)
        if asked.full_disk:
            disk = RunFolder(disk / "fleet.toml", ROOT).path
            stack.enter_context(_small_disk(disk))
        database = stack.enter_context(new_database(str(disk), "proof", asked.postgresql))
        fleet = LocalFleet(Path(name), database)
        try:
            if asked.plant:
                return 0 if _prove_planted(fleet, clients=asked.clients) else 1
            if asked.full_disk:
                return _prove_full_disk(fleet, disk, clients=asked.clients)
            return _prove(fleet, clients=asked.clients, kills=asked.kills)
        finally:
            fleet.stop()


def _prove(fleet: LocalFleet, *, clients: int, kills: int) -> int:
    token = register(fleet.url)
    load = Load(fleet.url, token, clients=clients)
    load.begin("steady")
    time.sleep(5)
    load.begin("move integrations out")
    fleet.command("move", "integrations", "--to", "integrations", "--watch", "5")
    load.begin("scale integrations to two")
    fleet.command("scale", "integrations", "2")
    load.begin("restart both in turn")
    fleet.command("restart", "integrations")
    load.begin("restart the rest")
    fleet.command("restart", "core", "--watch", "3")
    load.begin(f"kill -9 one of two, {kills} times")
    for _ in range(kills):
        fleet.kill_one("integrations")
        time.sleep(2)
    load.begin("move integrations back")
    fleet.command("move", "integrations", "--to", "core", "--watch", "5")
    time.sleep(2)
    load.end()
    return load.report(allowed_unkeyed={f"kill -9 one of two, {kills} times"})


def _prove_planted(fleet: LocalFleet, *, clients: int) -> int:
    load = Load(fleet.url, register(fleet.url), clients=clients)
    load.begin("the only server is killed")
    time.sleep(2)
    fleet.kill_one("integrations")
    load.end()
    return load.report(allowed_unkeyed=set())


@contextlib.contextmanager
def _small_disk(disk: Path) -> Iterator[None]:
    """A disk of its own in this place."""
    disk.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
        disk.rmdir()


def _prove_full_disk(fleet: LocalFleet, disk: Path, *, clients: int) -> int:
    load = Load(fleet.url, register(fleet.url), clients=clients)
    load.begin("steady")
    time.sleep(5)
    load.begin("the disk fills during a move")
    command = fleet.begin_command("move", "integrations", "--to", "integrations", "--watch", "10")
    said: list[str] = []
    for line in command.stdout or ():
        said.append(line)
        if "the gateway asks the new slices" in line:
            _fill(disk)
    print("".join(f"    {line}" for line in said), end="")
    (disk / "filling").unlink(missing_ok=True)
    load.begin("there is room again")
    fleet.wait_until_one()
    time.sleep(5)
    load.end()
    is_back = command.wait() != 0 and "sent back to the old slices" in said[-1]
    print(f"the move was {'taken back' if is_back else 'NOT TAKEN BACK'}")
    full = {"the disk fills during a move"}
    return load.report(allowed_unkeyed=full, allowed_writes=full) or int(not is_back)


def _fill(disk: Path) -> None:
    with (disk / "filling").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


if __name__ == "__main__":
    sys.exit(main())
