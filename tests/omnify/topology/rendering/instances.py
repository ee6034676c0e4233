"""A real nginx with the rendered configuration, and instances that answer or fail as told."""

import contextlib
import http.server
import os
import pwd
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
import requests

from omnify.services.registry import manifests
from omnify.topology.rendering.gateway import Gateway, nginx_configuration
from omnify.topology.rendering.locations import HEALTH_PATH
from tests.journeys.fleets import free_ports
from tests.needs import find_program

NGINX = find_program("nginx")


class Instance:
    """A server whose next answers are set: a status, or ``break`` or ``hang`` once it was asked."""

    def __init__(self, name):
        self.name, self.seen, self.behaviour = name, [], 200
        self._stopping = threading.Event()
        instance = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self):
                # nginx closes the connections that it kept when it ends.
                with contextlib.suppress(ConnectionResetError):
                    super().handle()

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                instance.seen.append((self.command, self.path, dict(self.headers), body))
                if instance.behaviour == "hang":
                    instance._stopping.wait()
                if instance.behaviour in ("break", "hang"):
                    self.close_connection = True
                    with contextlib.suppress(OSError):
                        self.connection.shutdown(socket.SHUT_RDWR)
                    return
                content = instance.name.encode()
                self.send_response(instance.behaviour)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815

            def log_message(self, *args):
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class RunningGateway:
    """The gateway of two groups: ``old`` has two instances and all services, ``new`` has one."""

    def __init__(self, folder, first, second, third, *, trusts_forwarded=False, patience="60s"):
        [port] = free_ports(1)
        self.url, self.flags, self.access_log = (
            f"http://127.0.0.1:{port}",
            folder / "flags",
            folder / "access.log",
        )
        self.flags.mkdir(exist_ok=True)
        self._file = folder / "nginx.conf"
        text = nginx_configuration(
            Gateway(
                header="# A test.\n",
                groups={"old": (first, second), "new": (third,)},
                owners=dict.fromkeys(manifests(), "old"),
                listen=f"127.0.0.1:{port}",
                flags=str(self.flags),
                folder=str(folder),
                access_log=str(self.access_log),
                trusts_forwarded=trusts_forwarded,
                user=pwd.getpwuid(os.geteuid()).pw_name if os.geteuid() == 0 else "",
            )
        )
        self._file.write_text(
            text.replace("read_timeout 60s", f"read_timeout {patience}").replace(
                "connect_timeout 2s", "connect_timeout 200ms"
            )
        )
        self._process = subprocess.Popen(
            [NGINX, "-c", str(self._file), "-g", "daemon off;"], stderr=subprocess.DEVNULL
        )

    def wait_until_up(self):
        for _ in range(200):
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(self.url + HEALTH_PATH, timeout=2).ok:
                    return
            time.sleep(0.02)
        pytest.fail("nginx does not come up")

    def stop(self):
        self._process.terminate()
        self._process.wait()


@pytest.fixture
def old_one():
    yield from _running("old one")


@pytest.fixture
def old_two():
    yield from _running("old two")


@pytest.fixture
def new():
    yield from _running("new")


def _running(name):
    instance = Instance(name)
    yield instance
    instance.stop()


@pytest.fixture
def gateway(tmp_path: Path, old_one, old_two, new):
    running = RunningGateway(tmp_path, old_one.address, old_two.address, new.address)
    running.wait_until_up()
    yield running
    running.stop()


@pytest.fixture
def hasty_gateway(tmp_path: Path, old_one, old_two, new):
    """One that waits for no answer longer than a moment."""
    running = RunningGateway(
        tmp_path, old_one.address, old_two.address, new.address, patience="300ms"
    )
    running.wait_until_up()
    yield running
    running.stop()
