"""What all fleets of a run share: the fork server, fixed secrets, databases migrated once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from omnify.services.registry import manifests
from settings.test import TEST_ENVIRONMENT
from tests.layouts.databases import Databases

ROOT = Path(__file__).resolve().parents[2]
#: Decided in each callee (see ``observed``): some are on, some off.
FLAGS = {f"layouts.{name}": index % 2 == 0 for index, name in enumerate(manifests())}


class ForkServer:
    """A running ``tests.layouts.zygote`` over one tree of code."""

    def __init__(self, root: Path = ROOT) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.layouts.zygote"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, do: str, environ: dict[str, str], log: Path, *arguments: str) -> int:
        """Start a process; returns its id."""
        process_id: int = self._ask(do=do, environ=environ, log=str(log), arguments=arguments)
        return process_id

    def wait(self, process_id: int) -> int:
        """The code that a process ends with."""
        code: int = self._ask(do="wait", pid=process_id)
        return code

    def stop(self, process_ids: list[int]) -> dict[str, int]:
        """Stop processes; returns the codes that they ended with."""
        codes: dict[str, int] = self._ask(do="stop", pids=process_ids)
        return codes

    def close(self) -> None:
        """End the server; what it started gets TERM from the kernel."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the fork server ended; its error is above")
        return json.loads(line)


class Workshop:
    """Makes databases and environments, and knows the fork server of each tree of code."""

    def __init__(self, folder: Path, signing_key: str) -> None:
        self.folder = folder
        self.signing_key = signing_key
        self._servers: dict[Path, ForkServer] = {}
        self._templates: dict[bool, Databases] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        for server in self._servers.values():
            server.close()

    def server(self, root: Path = ROOT) -> ForkServer:
        """The fork server of a tree."""
        if root not in self._servers:
            self._servers[root] = ForkServer(root)
        return self._servers[root]

    def new_folder(self) -> Path:
        """An empty folder of a fleet's own."""
        return Path(mkdtemp(prefix="fleet-", dir=self.folder))

    def new_databases(self, folder: Path, *, are_own: bool) -> Databases:
        """Fresh databases, migrated, with the flags that are watched."""
        if are_own not in self._templates:
            self._templates[are_own] = self._migrate(are_own=are_own)
        return self._templates[are_own].copy_to(folder / "databases")

    def environ(self, databases: Databases, folder: Path) -> dict[str, str]:
        """What every process of a fleet is told."""
        return {
            **TEST_ENVIRONMENT,
            **databases.environ,
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "tests.layouts.settings",
            "AUTH_SIGNING_KEYS": self.signing_key,
            "BIND_ADDRESS": "127.0.0.1",
            "OMNIFY_DRAIN_DIRECTORY": str(folder),
            "STORAGE_DIRECTORY": str(folder / "files"),
        }

    def _migrate(self, *, are_own: bool) -> Databases:
        folder = self.new_folder()
        databases = Databases(folder, are_own=are_own)
        log = folder / "migrate.log"
        server = self.server()
        code = server.wait(server.start("manage", self.environ(databases, folder), log, "migrate"))
        if code:
            raise RuntimeError(f"migrate failed:\n{log.read_text()}")
        for path in databases.paths:
            _add_flags(path)
        return databases


def make_key() -> str:
    """A key that signs the tokens of fleets."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _add_flags(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO omnify_flags_flag (name, enabled, percent, organization_ids)"
            " VALUES (?, ?, 0, '[]')",
            FLAGS.items(),
        )
