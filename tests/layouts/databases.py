"""Databases of fleets: migrated once, copied for each layout."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from apps import SERVICES

SHARED = "shared"


class Databases:
    """The database files of one fleet: one for all, or one for each service."""

    def __init__(self, folder: Path, *, are_own: bool) -> None:
        self.folder = folder
        self.are_own = are_own
        self.names = tuple(SERVICES) if are_own else (SHARED,)
        self._connections: dict[Path, sqlite3.Connection] = {}

    def path_of(self, service: str) -> Path:
        """The file with a service's tables."""
        return self.folder / f"{service if self.are_own else SHARED}.sqlite3"

    @property
    def paths(self) -> list[Path]:
        """All files."""
        return [self.folder / f"{name}.sqlite3" for name in self.names]

    @property
    def environ(self) -> dict[str, str]:
        """The variables that name them."""
        if not self.are_own:
            return {"DATABASE_URL": f"sqlite:///{self.path_of('')}"}
        own = {
            f"{name.upper()}_DATABASE_URL": f"sqlite:///{self.path_of(name)}" for name in SERVICES
        }
        return {"DATABASE_URL": f"sqlite:///{self.folder / 'none.sqlite3'}", **own}

    def connect(self, path: Path) -> sqlite3.Connection:
        """A connection to one of the files, the same for as long as they are in use."""
        if path not in self._connections:
            self._connections[path] = sqlite3.connect(path, check_same_thread=False)
            self._connections[path].row_factory = sqlite3.Row
        return self._connections[path]

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def copy_to(self, folder: Path) -> Databases:
        """The same content in another folder, with whatever else was made beside the files."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.lock", "*.log"))
        return Databases(folder, are_own=self.are_own)
