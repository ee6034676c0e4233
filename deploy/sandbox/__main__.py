"""Start peers of platforms, and say how a deployment asks them, or run a command that does.

    python -m deploy.sandbox                        # all of them, until Ctrl-C
    python -m deploy.sandbox meta_ads --port 8101   # one
    python -m deploy.sandbox -- COMMAND             # a command with their settings

A command's platform whose ``<PLATFORM>_CLIENT_ID`` is set is the operator's own: it has no peer.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.meta_ads import MetaAdsPeer
from deploy.sandbox.serving import ConsentPeer
from deploy.sandbox.shopify import ShopifyPeer
from omnify.topology.processes import die_with_parent

#: Where peers remember the tokens that they gave, so that connections outlive them.
MEMORY: Final = Path(__file__).parents[2] / "var" / "sandbox"


class Sample(NamedTuple):
    """A peer, and the port that it listens on unless another is asked for."""

    make: Callable[[int], ConsentPeer]
    port: int


SAMPLES: Final = {
    "meta_ads": Sample(MetaAdsPeer, 8101),
    "google_ads": Sample(GoogleAdsPeer, 8102),
    "shopify": Sample(ShopifyPeer, 8103),
}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; return the exit code of the command, if there is one."""
    own, command = _cut(arguments)
    options = _parse(own)
    names = options.platforms or sorted(SAMPLES)
    if command:
        names = [name for name in names if not os.environ.get(f"{name.upper()}_CLIENT_ID")]
    with ExitStack() as peers:
        settings: dict[str, str] = {}
        for name in names:
            peer = peers.enter_context(_start(name, options.port))
            recall(peer, options.memory / f"{name}.json")
            peers.callback(remember, peer, options.memory / f"{name}.json")
            settings |= name_settings(name, peer)
            _say(f"{peer.name}: a sample on {peer.url}")
        return _run(command, settings) if command else _serve(settings)


def name_settings(platform: str, peer: ConsentPeer) -> dict[str, str]:
    """Return the environment's variables by which a deployment asks a peer."""
    return {f"{platform.upper()}_{name}": value for name, value in peer.settings.items()}


def recall(peer: ConsentPeer, file: Path) -> None:
    """Let a peer take the tokens again that it gave before it stopped."""
    if file.exists():
        kept = json.loads(file.read_text())
        peer.access.update(kept["access"])
        peer.refresh.update(kept["refresh"])


def remember(peer: ConsentPeer, file: Path) -> None:
    """Keep the tokens that a peer gave."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"access": peer.access, "refresh": peer.refresh}))


def _cut(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the arguments before and after ``--``."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return list(arguments[:at]), list(arguments[at + 1 :])


def _parse(arguments: Sequence[str]) -> Any:
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox", epilog="-- COMMAND")
    parser.add_argument("platforms", nargs="*", metavar="platform", help=", ".join(SAMPLES))
    parser.add_argument("--port", type=int, help="of a single platform")
    parser.add_argument("--memory", type=Path, default=MEMORY, help="a folder for tokens")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.platforms if name not in SAMPLES]:
        parser.error(f"there is no sample of {unknown[0]}: choose of {', '.join(SAMPLES)}")
    if options.port is not None and len(options.platforms) != 1:
        parser.error("--port is of a single platform: name one")
    return options


def _start(name: str, port: int | None) -> ConsentPeer:
    sample = SAMPLES[name]
    wanted = sample.port if port is None else port
    try:
        return sample.make(wanted)
    except OSError as error:
        sys.exit(f"The sample of {name} cannot listen on port {wanted}: {error.strerror}.")


def _serve(settings: Mapping[str, str]) -> int:
    """Print the settings, and wait until the process is asked to stop."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    _say("\n".join(f"{name}={value}" for name, value in settings.items()))
    stopped.wait()
    return 0


def _run(command: Sequence[str], settings: Mapping[str, str]) -> int:
    """Run a command with the settings, to its own end; return its exit code."""
    child = subprocess.Popen(  # noqa: S603 - what the command line says
        command,
        env={**os.environ, **settings},
        preexec_fn=die_with_parent,  # noqa: PLW1509 - a system call, which takes no lock
    )
    # The terminal sends Ctrl-C to both: the command decides when it ends.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    return child.wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
