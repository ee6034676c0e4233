"""A worker that stops."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.conftest import wait_until
from tests.journeys.fleets import ROOT, free_ports

APPLICATION = """
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
HALF = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbo"


@pytest.fixture
def server(tmp_path):
    """Gunicorn with one worker around an application that answers what it was sent."""
    (tmp_path / "echo.py").write_text(APPLICATION)
    [port] = free_ports(1)
    command = [sys.executable, "-m", "gunicorn", "-k", "omnify.serving.worker.WaitressWorker"]
    command += ["-b", f"127.0.0.1:{port}", "--threads", "1", "--no-control-socket"]
    # Django is set up by the application of a slice; here by nobody.
    (tmp_path / "sitecustomize.py").write_text("import django; django.setup()")
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings.test",
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
    }
    with subprocess.Popen([*command, "echo:application"], cwd=ROOT, env=environ) as process:
        process.port = port
        yield process
        process.kill()


def connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=30)
    except ConnectionRefusedError:
        return None


def is_open(port):
    """Whether the port takes connections."""
    if client := connect(port):
        client.close()
    return client is not None


def ask(port):
    """Whether the worker answers."""
    if client := connect(port):
        with client:
            client.sendall(HALF + b"dy")
            return client.recv(4096).endswith(b"body")
    return False


class TestWaitressWorker:
    def test_answers_what_had_begun_to_come_when_it_was_told_to_stop(self, server):
        wait_until(lambda: ask(server.port))
        with connect(server.port) as client:
            client.sendall(HALF)
            # What comes later is read later.
            assert ask(server.port)

            server.send_signal(signal.SIGTERM)
            wait_until(lambda: not is_open(server.port))
            client.sendall(b"dy")

            assert client.recv(4096).endswith(b"body")
        assert server.wait(30) == 0
