"""Servers of the harness's own, which it may stop, kill and start again."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg

from tests.journeys.fleets import free_ports

READY_SECONDS = 60


class Server:
    """A server in a folder; ``url`` is where it listens."""

    def __init__(self, folder):
        self.folder = Path(folder)
        [self.port] = free_ports(1)
        self._process = None

    def start(self):
        """Start it and wait until it answers."""
        self._process = self._launch()
        until = time.monotonic() + READY_SECONDS
        while not self.answers():
            if time.monotonic() > until:
                raise RuntimeError(f"{type(self).__name__} does not answer on {self.port}")
            time.sleep(0.1)

    def kill(self):
        """End it as a power cut would, less what the kernel has not written yet."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _spawn(self, *command, user=None, **environ):
        log = (self.folder / "server.log").open("ab")
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environ},
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=user,
        )


class Redis(Server):
    """Redis that keeps its append-only file, written at every command."""

    @property
    def url(self):
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def _launch(self):
        return self._spawn(
            *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""),
            *("--appendonly", "yes", "--appendfsync", "always", "--dir", str(self.folder)),
        )

    def answers(self):
        """Whether it has read its file and takes commands."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection,
        ):
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
        return False


class RabbitMq(Server):
    """A RabbitMQ node of its own name and folder."""

    @property
    def url(self):
        """Its address."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def _launch(self):
        [self._distribution] = free_ports(1)
        script = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        return self._spawn(
            str(script if script.exists() else "rabbitmq-server"),
            RABBITMQ_NODENAME=f"kills{self.port}@localhost",
            RABBITMQ_NODE_IP_ADDRESS="127.0.0.1",
            RABBITMQ_NODE_PORT=str(self.port),
            RABBITMQ_DIST_PORT=str(self._distribution),
            RABBITMQ_MNESIA_BASE=str(self.folder / "mnesia"),
            RABBITMQ_LOG_BASE=str(self.folder),
            RABBITMQ_PID_FILE=str(self.folder / "pid"),
            RABBITMQ_ENABLED_PLUGINS_FILE=str(self.folder / "plugins"),
            RABBITMQ_CONFIG_FILE=str(self.folder / "rabbitmq"),
        )

    def answers(self):
        """Whether it speaks AMQP: it closes a greeting that it does not know with its own."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection,
        ):
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(connection.recv(1))
        return False


class PostgreSql(Server):
    """A PostgreSQL cluster; it refuses root, so root starts it as the user that owns it."""

    _USER = "postgres"

    @property
    def url(self):
        """Its address, and the database to connect to first."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def _launch(self):
        user = self._user()
        if not (self.folder / "data").exists():
            if user:
                shutil.chown(self.folder, user)
            subprocess.run(
                [_binary("initdb"), "-D", "data", "-U", "postgres", "-A", "trust", "-N"],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                user=user,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        return self._spawn(
            *(_binary("postgres"), "-D", "data", "-p", str(self.port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
            user=user,
        )

    def kill(self):
        """Its processes are not all in one group; the others end with the first."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        # A new one refuses to start while an old back-end is attached to the shared memory.
        time.sleep(0.5)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def answers(self):
        """Whether it takes connections."""
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.url, connect_timeout=2):
            return True
        return False

    def _user(self):
        if os.geteuid() != 0:
            return None
        return pwd.getpwnam(self._USER).pw_name


def _binary(name):
    found = shutil.which(name) or max(
        map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=""
    )
    if not found:
        raise RuntimeError(f"PostgreSQL's {name} is not installed: apt-get install postgresql")
    return found
