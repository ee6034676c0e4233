"""Real processes: draining, dying, orphaned."""

import os
import signal
import socket
import subprocess
import sys

import pytest
import requests

from settings.test import TEST_ENVIRONMENT
from tests.conftest import wait_until
from tests.journeys.fleets import ROOT, free_ports
from tests.needs import needs, takes_long

MONOLITH = ROOT / "deploy" / "topologies" / "monolith.toml"


def answers(url):
    try:
        return requests.get(url, timeout=2).status_code
    except requests.RequestException:
        return 0


@pytest.fixture
def environ(tmp_path):
    [port] = free_ports(1)
    return {
        "PATH": os.environ["PATH"],
        **TEST_ENVIRONMENT,
        "OMNIFY_SERVICES": "infrastructure",
        "AUTH_JWKS": '{"keys": []}',
        "DATABASE_URL": f"sqlite:///{tmp_path}/serve.sqlite3",
        "OMNIFY_DRAIN_DIRECTORY": str(tmp_path),
        "OMNIFY_DRAIN_SECONDS": "20",
        "BIND_ADDRESS": "127.0.0.1",
        "PORT": str(port),
    }


@pytest.fixture
def server(environ):
    command = [sys.executable, "manage.py", "serve"]
    running = subprocess.Popen(command, cwd=ROOT, env=environ)
    running.url = f"http://127.0.0.1:{environ['PORT']}"
    wait_until(lambda: answers(f"{running.url}/health/live") == 200)
    yield running
    if running.poll() is None:
        running.kill()
        running.wait()


@takes_long
class TestServe:
    def test_announces_its_stop_and_executes_nothing_new(self, server):
        server.send_signal(signal.SIGTERM)

        wait_until(lambda: answers(f"{server.url}/health/ready") == 503)
        refused = requests.get(f"{server.url}/api/schema/", timeout=5)
        assert (refused.status_code, refused.content) == (502, b"")
        assert answers(f"{server.url}/health/live") == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0

    def test_goes_with_its_parent(self, environ):
        script = (
            "import subprocess, sys, time;"
            "from omnify.topology.processes import die_with_parent;"
            "child = subprocess.Popen([sys.executable, 'manage.py', 'serve'],"
            " preexec_fn=die_with_parent);"
            "print(child.pid, flush=True); time.sleep(600)"
        )
        fast = {**environ, "OMNIFY_DRAIN_SECONDS": "0"}
        parent = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=fast, stdout=subprocess.PIPE, text=True
        )
        parent.stdout.readline()
        url = f"http://127.0.0.1:{environ['PORT']}/health/live"
        wait_until(lambda: answers(url) == 200)

        parent.kill()
        parent.communicate()

        wait_until(lambda: answers(url) == 0)


@takes_long
class TestUp:
    def test_stops_everything_when_one_slice_cannot_start(self, tmp_path):
        first, second = free_ports(2)
        file = tmp_path / "fleet.toml"
        file.write_text(
            'name = "a"\n'
            f'[slices.core]\nservices = ["auth", "integrations", "agentkit", "analytics",'
            f' "onboarding", "infrastructure"]\nport = {first}\n'
            f'[slices.ml]\nservices = ["ml"]\nport = {second}\nsettings = "settings.ml_only"\n'
        )

        done = subprocess.run(
            [sys.executable, "manage.py", "topology", "up", str(file)],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DATABASE_URL": f"sqlite:///{tmp_path}/up.sqlite3",
                "OMNIFY_DRAIN_SECONDS": "0",
                "OMNIFY_DRAIN_DIRECTORY": str(tmp_path),
                "OMNIFY_DISCOVERY": "magic",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

        assert done.returncode == 1
        assert "OMNIFY_DISCOVERY=magic: use env, dns, file:///path" in done.stdout + done.stderr
        assert answers(f"http://127.0.0.1:{first}/health/live") == 0

    @needs("nginx")
    def test_refuses_a_taken_port_of_the_gateway(self, tmp_path):
        [core] = free_ports(1)
        file = tmp_path / "fleet.toml"
        file.write_text(MONOLITH.read_text().replace("8000", str(core)))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = subprocess.run(
                [sys.executable, "manage.py", "topology", "up", str(file), "--gateway", port],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"]},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

        assert done.returncode == 1
        assert f"port {port} of the gateway is taken" in done.stderr

    def test_refuses_a_taken_port_before_anything_starts(self, server, tmp_path, environ):
        file = tmp_path / "fleet.toml"
        file.write_text(
            'name = "a"\n[slices.core]\nservices = ["auth", "integrations", "agentkit",'
            f' "analytics", "onboarding", "ml", "infrastructure"]\nport = {environ["PORT"]}\n'
        )

        done = subprocess.run(
            [sys.executable, "manage.py", "topology", "up", str(file)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 1
        assert f"port {environ['PORT']} of slice 'core' is taken" in done.stderr
