"""Where the servers of a local fleet listen, and what each of them is called."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import socket
import tempfile
from collections.abc import Container, Iterable
from pathlib import Path

import msgspec

from omnify.services.registry import manifests
from omnify.topology.files import Slice, Topology
from omnify.topology.status import Target

HIGHEST_PORT = 65_535
#: A slice is replaced by starting its other side beside it.
_SIDES = ("a", "b")
#: A berth has this many seats, or as many as the topology asks for.
_USUAL_SEATS = 4
#: A socket's path has at most 107 characters, of which the longest name takes 42.
_LONGEST_FOLDER = 64


class Berth(msgspec.Struct, frozen=True):
    """Where the servers of a slice sit side by side: the gateway knows all berths from its start.

    Each name of a slice or service has two. A slice of another name takes one that is free.
    """

    place: str
    side: str
    seats: int

    @property
    def name(self) -> str:
        """What its sockets and groups begin with."""
        return f"{self.place}-{self.side}"

    def group(self, count: int) -> str:
        """What the gateway calls its first so many seats."""
        return f"{self.name}{count}"


class Seat(msgspec.Struct, frozen=True):
    """A server's place: of which slice, in which berth, the how-manieth, on which port."""

    slice_name: str
    berth: Berth
    index: int
    port: int

    @property
    def name(self) -> str:
        """What its lines and its row in the table begin with."""
        return f"{self.slice_name}:{self.port}"

    @property
    def url(self) -> str:
        """Where the other slices reach it."""
        return f"http://127.0.0.1:{self.port}"


class RunFolder:
    """The private folder of a running fleet, found by its topology file."""

    def __init__(self, topology_file: Path, root: Path) -> None:
        known_by = hashlib.sha256(str(topology_file.resolve()).encode()).hexdigest()[:12]
        inside = root / "var" / "run" / known_by
        outside = Path(tempfile.gettempdir()) / f"omnify-{os.getuid()}-{known_by}"
        # nginx would read a space or a dollar in the path as something else.
        is_plain = re.fullmatch(r"[\w./-]+", str(inside), re.ASCII)
        self.path = inside if is_plain and len(str(inside)) <= _LONGEST_FOLDER else outside

    def claim(self) -> str:
        """Take it for as long as this process runs; returns the process that has it already."""
        self._make_private()
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with os.fdopen(lock) as file:
                return file.read() or "?"
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        return ""

    def is_claimed(self) -> bool:
        """Whether a fleet runs in it."""
        try:
            lock = os.open(self.path / "lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def make(self) -> None:
        """Make what is in it anew; sockets and flags of an earlier fleet go."""
        self._make_private()
        self.flags.mkdir(exist_ok=True)
        for left in (*self.path.glob("*.sock"), *self.flags.iterdir()):
            left.unlink()

    def _make_private(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        # Refused where somebody else has made it before.
        self.path.chmod(0o700)

    @property
    def control(self) -> Path:
        """The socket on which the fleet takes orders."""
        return self.path / "control.sock"

    @property
    def addresses(self) -> Path:
        """The file in which the slices find each other."""
        return self.path / "addresses.json"

    def remember(self, targets: Iterable[Target]) -> None:
        """Write down where the servers of the running fleet can be asked."""
        replace_text(self._servers, msgspec.json.encode(list(targets)).decode())

    def forget(self) -> None:
        """The fleet runs no more."""
        self._servers.unlink(missing_ok=True)

    def known_targets(self) -> list[Target]:
        """The servers of the fleet that runs from this folder, none where none does."""
        if not self._servers.exists():
            return []
        return msgspec.json.decode(self._servers.read_bytes(), type=list[Target])

    @property
    def _servers(self) -> Path:
        return self.path / "servers.json"

    @property
    def flags(self) -> Path:
        """The flag files of the gateway."""
        return self.path / "flags"

    def socket_of(self, berth: Berth, index: int) -> Path:
        """Where a seat listens for the gateway: a name that nobody else can take."""
        return self.path / f"{berth.name}-{index}.sock"


def replace_text(path: Path, text: str) -> None:
    """Replace a file so that a reader finds the old text or the new one, and nothing between."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def berths_of(topology: Topology) -> list[Berth]:
    """All berths of a fleet that starts as this topology, enough for whatever it becomes.

    There are no more slices than services, so that at least half of the berths are free.
    """
    names = dict.fromkeys((*topology.slices, *manifests()))
    return [Berth(name, side, _seats_of(topology, name)) for name in names for side in _SIDES]


def first_berth(topology: Topology, slice_name: str) -> Berth:
    """Where a slice begins."""
    return Berth(slice_name, _SIDES[0], _seats_of(topology, slice_name))


def choose_berth(
    berths: Iterable[Berth], slice_name: str, replicas: int, *, avoided: Container[str]
) -> Berth | None:
    """A slice's own berth if that is among these, else one whose name is not to be avoided."""
    fitting = (berth for berth in berths if berth.seats >= replicas)
    return min(fitting, key=lambda b: (b.place != slice_name, b.place in avoided), default=None)


def all_groups(topology: Topology, folder: RunFolder) -> dict[str, tuple[str, ...]]:
    """Each number of seats in each berth."""
    return {
        berth.group(count): tuple(
            f"unix:{folder.socket_of(berth, index)}" for index in range(count)
        )
        for berth in berths_of(topology)
        for count in range(1, berth.seats + 1)
    }


def _seats_of(topology: Topology, slice_name: str) -> int:
    part = topology.slices.get(slice_name)
    return max(_USUAL_SEATS, part.replicas if part else 1)


def choose_port(part: Slice, index: int, *, taken: Iterable[int]) -> int:
    """The port that the topology gives a seat, or any free one while another server has it."""
    port = part.ports[index]
    return port if port not in taken and not why_unusable(port) else _any_free_port()


def why_unusable(port: int) -> str:
    """Why a port of this machine cannot be listened on now; empty if it can."""
    if not 0 < port <= HIGHEST_PORT:
        return f"is none: choose one from 1024 to {HIGHEST_PORT}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return "may only be used by root: choose one from 1024 on"
        except OSError:
            return "is taken: stop what listens there or change the file"
    return ""


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
