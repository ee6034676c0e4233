"""The worker beside a server: killed, stopped, left out."""

import os
import signal
import subprocess
import sys

import pytest

from omnify.topology.embedded import embeds_worker
from tests.conftest import wait_until
from tests.journeys.fleets import ROOT
from tests.needs import takes_long
from tests.omnify.topology.test_fleet import answers, environ  # noqa: F401 - a fixture
from tests.processes import embedded_workers, is_running, web_processes


def find_worker(server):
    wait_until(lambda: web_processes(server.pid) and len(embedded_workers(server.pid)) == 1)
    [worker] = embedded_workers(server.pid)
    return worker


@pytest.fixture
def server(environ):  # noqa: F811 - the fixture
    """A server of auth, which has jobs."""
    own = {**environ, "OMNIFY_SERVICES": "auth", "OMNIFY_DRAIN_SECONDS": "0"}
    running = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=own)
    wait_until(lambda: answers(f"http://127.0.0.1:{own['PORT']}/health/live") == 200)
    yield running
    running.kill()
    running.wait()


@takes_long
class TestEmbeddedWorker:
    def test_comes_back_when_it_is_killed_and_ends_with_its_server(self, server):
        first = find_worker(server)

        os.kill(first, signal.SIGKILL)
        wait_until(lambda: not is_running(first))
        second = find_worker(server)
        server.terminate()

        assert server.wait(timeout=30) == 0
        assert not is_running(second)

    def test_ends_when_its_server_is_killed(self, server):
        worker = find_worker(server)

        server.kill()

        wait_until(lambda: not is_running(worker))


class TestEmbedsWorker:
    @pytest.mark.parametrize(
        ("services", "is_asked_for", "is_embedded"),
        [(("auth",), True, True), (("auth",), False, False), (("infrastructure",), True, False)],
    )
    def test_tells_whether_jobs_run_beside_a_server(
        self, settings, services, is_asked_for, is_embedded
    ):
        settings.JOBS_DATABASE_URL = "sqlite:///jobs.sqlite3"
        settings.HOSTED_SERVICES = services
        settings.EMBEDS_WORKER = is_asked_for

        assert embeds_worker() is is_embedded
