"""The private folder of a running fleet: its lock, its sockets, its addresses, its flags."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from omnify.topology.slots import Slot
from omnify.topology.status import Target

#: A socket's path has at most 107 characters, of which the longest name takes 42.
_LONGEST_FOLDER = 64


class RunFolder:
    """The private folder of a running fleet, found by its topology file."""

    def __init__(self, topology_file: Path, root: Path) -> None:
        fingerprint = hashlib.sha256(str(topology_file.resolve()).encode()).hexdigest()[:12]
        inside = root / "var" / "run" / fingerprint
        outside = Path(tempfile.gettempdir()) / f"omnify-{os.getuid()}-{fingerprint}"
        # nginx would read a space or a dollar in the path as something else.
        is_plain = re.fullmatch(r"[\w./-]+", str(inside), re.ASCII)
        self.path = inside if is_plain and len(str(inside)) <= _LONGEST_FOLDER else outside

    def claim(self) -> str:
        """Lock the folder until this process ends; returns the id of a process that has it."""
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
        """Tell whether a fleet runs in the folder."""
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

    def clear(self) -> None:
        """Make the folder, without sockets and flags of an earlier fleet."""
        self._make_private()
        self.flags.mkdir(exist_ok=True)
        for left in (*self.path.glob("*.sock"), *self.flags.iterdir()):
            left.unlink()

    def _make_private(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        # Refused if another user made it before.
        self.path.chmod(0o700)

    @property
    def control(self) -> Path:
        """Return the socket on which the fleet takes commands."""
        return self.path / "control.sock"

    @property
    def addresses(self) -> Path:
        """Return the file in which the slices find each other."""
        return self.path / "addresses.json"

    @property
    def flags(self) -> Path:
        """Return the folder of the gateway's flag files."""
        return self.path / "flags"

    def socket_of(self, slot: Slot, index: int) -> Path:
        """Return where a replica listens for the gateway: a name that nobody else can take."""
        return self.path / f"{slot.name}-{index}.sock"

    def write_targets(self, targets: Iterable[Target]) -> None:
        """Write down where the servers of the running fleet can be asked."""
        replace_text(self._targets, msgspec.json.encode(list(targets)).decode())

    def read_targets(self) -> list[Target]:
        """Return the servers of the fleet that runs from this folder, none where none does."""
        if not self._targets.exists():
            return []
        return msgspec.json.decode(self._targets.read_bytes(), type=list[Target])

    def remove_targets(self) -> None:
        """Write down that the fleet has stopped."""
        self._targets.unlink(missing_ok=True)

    @property
    def _targets(self) -> Path:
        return self.path / "servers.json"


def replace_text(path: Path, text: str) -> None:
    """Replace a file so that a reader finds the old text or the new one, and nothing between."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
