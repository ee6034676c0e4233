"""A fleet starts, and what ended is started again."""

import contextlib
import os
import socket
import sys
from pathlib import Path

import pytest

from omnify.topology import restarts
from omnify.topology.exceptions import FleetError
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.readiness import wait_for_gateway
from tests.conftest import wait_until
from tests.needs import needs, takes_long
from tests.omnify.topology.fleets import (
    ALL,
    move_out,
    rearrange,
    who_answers,
)

pytestmark = [needs("nginx"), takes_long]


class TestStart:
    def test_works_after_the_user_was_changed(self, run, monkeypatch):
        monkeypatch.setenv("LOGNAME", "daemon")

        fleet = run()

        assert who_answers(fleet) == (200, ALL)

    def test_says_why_its_gateway_does_not_answer(self, run):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            fleet = run(gateway=False)
            port = taken.getsockname()[1]
            fleet.gateway = LocalGateway(fleet.topology, fleet._folder, port)
            fleet.gateway.start({"PATH": os.environ["PATH"]}, sys.stdout)

            with pytest.raises(FleetError, match=r"(?s)'gateway' ended .*Address already in use"):
                wait_for_gateway(fleet.gateway)


def is_alive(group):
    """Whether a process of a group runs; those that nobody reads the end of do not."""
    for path in Path("/proc").glob("[1-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                return True
    return False


class TestSupervise:
    def test_starts_again_what_was_killed(self, run):
        fleet = run()
        [target] = fleet.targets()
        os.killpg(target.pid, 9)
        fleet.deployments["core"].servers[0].child.finish(5)

        fleet.supervise()
        fleet.wait_until_ready()

        assert fleet.targets()[0].pid != target.pid
        assert who_answers(fleet) == (200, ALL)

    def test_starts_a_killed_gateway_again_that_remembers(self, run, monolith):
        fleet = run()
        rearrange(fleet, move_out(monolith))
        os.killpg(fleet.gateway.child.pid, 9)
        fleet.gateway.child.finish(5)

        fleet.supervise()
        wait_until(fleet.gateway.is_up)

        assert who_answers(fleet) == (200, "integrations")

    def test_leaves_nothing_of_a_gateway_whose_first_process_was_killed(self, run):
        fleet = run()
        former = fleet.gateway.child
        os.kill(former.pid, 9)
        wait_until(lambda: former.exit_code is not None)

        fleet.supervise()
        wait_until(fleet.gateway.is_up)

        wait_until(lambda: not is_alive(former.pid))
        assert fleet.gateway.child.exit_code is None
        assert who_answers(fleet) == (200, ALL)

    def test_lets_slices_run_whose_gateway_ends_again_and_again(self, run, monkeypatch, capsys):
        fleet = run()
        for _ in range(5):
            os.killpg(fleet.gateway.child.pid, 9)
            fleet.gateway.child.finish(5)
            fleet.supervise()
        os.killpg(fleet.gateway.child.pid, 9)
        fleet.gateway.child.finish(5)
        fleet.supervise()
        fleet.supervise()
        ended = fleet.gateway.child.exit_code
        monkeypatch.setattr(restarts, "RESTART_WINDOW_SECONDS", 0.0)

        fleet.supervise()

        wait_until(fleet.gateway.is_up)
        assert ended is not None
        assert who_answers(fleet) == (200, ALL)
        assert capsys.readouterr().out.count("the gateway ends too often") == 1

    def test_gives_up_on_what_ends_again_and_again(self, run):
        fleet = run()
        server = fleet.deployments["core"].servers[0]

        def end_often():
            for _ in range(10):
                os.killpg(server.child.pid, 9)
                server.child.finish(5)
                fleet.supervise()

        with pytest.raises(FleetError, match="processes end too often; the last: 'core'"):
            end_often()
