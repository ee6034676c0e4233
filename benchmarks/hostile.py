"""Attack a monolith, at its own port and through the gateway, while honest users go on.

``python -m benchmarks.hostile`` runs all attacks, ``python -m benchmarks.hostile idle deep`` some.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.attacks import ATTACKS
from benchmarks.events import ROOT
from benchmarks.honest import HonestLoad, Times
from benchmarks.memory_groups import MemoryGroup, memory_group
from benchmarks.servers import RunningServer, running_server
from tests.journeys.main_job import import_file, register
from tests.omnify.topology.rendering.instances import NGINX, RunningGateway

SECONDS, CALM_SECONDS, RECOVERY_SECONDS = 10.0, 6.0, 30.0
#: How long an attack takes to begin.
BEGINNING_SECONDS = 1.0
_LOOK_SECONDS = 0.1
#: Less than this share of a core, in seconds of a second, is calm.
_CALM_SHARE = 0.3
_MEBIBYTE = 1024**2


def main() -> None:
    """Run every attack against the port and through the gateway, and print what honest users saw.

    An attack that is held costs honest users at most twice their time, and a second of silence.
    """
    names = [name for name in sys.argv[1:] if name in ATTACKS] or list(ATTACKS)
    limit = rendered_limit()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        group = stack.enter_context(memory_group(f"omnify-hostile-{os.getpid()}"))
        if group:
            group.limit_to(limit * _MEBIBYTE)
        print(_where(group, limit))
        enter = group.enter if group else None
        # Through the gateway, the address is the client's.
        server = stack.enter_context(
            running_server(folder, enter=enter, TRUSTED_PROXIES="127.0.0.1/32")
        )
        ways = {"port": server.url}
        if NGINX:
            ways["gateway"] = stack.enter_context(_gateway(Path(folder), server.url))
        siege = Siege(server, group)
        for way, url in ways.items():
            for name in names:
                siege.attack(name, way, url)


def rendered_limit() -> int:
    """Return the memory that a rendered monolith's server may have, in MiB."""
    file = ROOT / "deploy/kubernetes/base/monolith/slice-core.yaml"
    deployment = next(
        document
        for document in yaml.safe_load_all(file.read_text())
        if document["kind"] == "Deployment"
    )
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    return int(container["resources"]["limits"]["memory"].removesuffix("Mi"))


def _where(group: MemoryGroup | None, limit: int) -> str:
    if group:
        return f"the server with its worker in a memory group of {limit} MiB, as rendered"
    return f"no memory group can be made here: memory is measured, against {limit} MiB as rendered"


@contextmanager
def _gateway(folder: Path, url: str) -> Iterator[str]:
    # nginx's own processes have to see its folder.
    folder.chmod(0o755)
    own = folder / "gateway"
    own.mkdir()
    address = url.removeprefix("http://")
    gateway = RunningGateway(own, address, address, address)
    gateway.wait_until_up()
    try:
        yield gateway.url
    finally:
        gateway.stop()


class Siege(NamedTuple):
    """A server, and the group that it is held in."""

    server: RunningServer
    group: MemoryGroup | None

    def attack(self, name: str, way: str, url: str) -> None:
        """Measure honest users without the attack and under it, and print both."""
        load = HonestLoad(url, self.server.url)
        _, attacker = register(self.server.url)
        import_file(self.server.url, attacker)
        calm, calm_peak = self._measure(load, CALM_SECONDS)
        kills, web = self._kills(), self.server.web_processes()
        command = [sys.executable, "-m", "benchmarks.attacks", name, url, attacker]
        with subprocess.Popen(
            [*command, str(SECONDS)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as running:
            time.sleep(BEGINNING_SECONDS)
            found, peak = self._measure(load, SECONDS - BEGINNING_SECONDS)
            output, _ = running.communicate()
        killed = self._kills() - kills + len(web - self.server.web_processes())
        print(
            f"{way:<8}{name:<13}p95 {calm.slow * 1e3:5.0f} -> {found.slow * 1e3:6.0f} ms"
            f" ({found.slow / calm.slow:5.1f} x)   live {max(found.live) * 1e3:6.0f} ms"
            f"   peak {calm_peak:4.0f} -> {peak:4.0f} MB   killed {killed}"
            f"   failed {_shown(found.failures)}   attacker got {_shown(json.loads(output))}",
            flush=True,
        )
        _recover(self.server)

    def _measure(self, load: HonestLoad, seconds: float) -> tuple[Times, float]:
        """Let honest users ask, and watch the memory; returns its peak in MB."""
        times, threads = load.start(seconds)
        peak = 0.0
        while any(thread.is_alive() for thread in threads):
            group = self.group
            used = group.used_bytes() / _MEBIBYTE if group else self.server.all().megabytes
            peak = max(peak, used)
            time.sleep(_LOOK_SECONDS)
        return times, peak

    def _kills(self) -> int:
        return self.group.kills() if self.group else 0


def _shown(counts: Mapping[str, int]) -> str:
    return " ".join(f"{what}:{count}" for what, count in sorted(counts.items())) or "0"


def _recover(server: RunningServer) -> None:
    """Wait until the server is as calm as before, so that no attack pays for the last one."""
    until = time.monotonic() + RECOVERY_SECONDS
    before = server.all().seconds
    while time.monotonic() < until:
        time.sleep(1.0)
        now = server.all().seconds
        if now - before < _CALM_SHARE:
            return
        before = now


if __name__ == "__main__":
    main()
