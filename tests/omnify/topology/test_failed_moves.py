"""A move that fails leaves the fleet what it was and says why."""

import os
import threading

import pytest
import requests

from omnify.services.registry import manifests
from omnify.topology.exceptions import FleetError
from omnify.topology.moving import Rearrangement
from tests.conftest import wait_until
from tests.needs import needs, takes_long
from tests.omnify.topology.fleets import (
    ALL,
    PATH,
    addresses_of,
    move_out,
    rearrange,
    urls_of,
    who_answers,
)
from tests.omnify.topology.test_fleet import answers

pytestmark = [needs("nginx"), takes_long]


class TestFailedMove:
    @pytest.mark.parametrize(
        ("behaviour", "words"), [("dies", "no space left on device"), ("unready", "it is full")]
    )
    def test_stops_when_the_new_owner_never_gets_ready(self, run, monolith, behaviour, words):
        fleet = run(f"integrations={behaviour}")

        with pytest.raises(FleetError, match=f"(?s)old slices keep serving.*{words}"):
            rearrange(fleet, move_out(monolith))

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)
        assert len(fleet.targets()) == 1

    def test_is_sent_back_when_the_new_owner_ends(self, run, monolith):
        fleet = run()

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                os.killpg(fleet.deployments["integrations"].servers[0].child.pid, 9)

        with pytest.raises(FleetError, match=r"sent back.*'integrations' ended with code -9"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)

    def test_is_sent_back_when_the_gateway_goes(self, run, monolith):
        fleet = run()

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                os.killpg(fleet.gateway.child.pid, 9)
                fleet.gateway.child.finish(5)

        with pytest.raises(FleetError, match=r"sent back.*the gateway does not answer"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        # As whoever runs the fleet does, unless the move itself came to it.
        fleet.supervise()
        wait_until(fleet.gateway.is_up)
        assert who_answers(fleet) == (200, ALL)

    def test_is_sent_back_when_the_log_tells_nothing_any_more(self, run, monolith):
        fleet = run()
        log = fleet.gateway.access_log

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                # The gateway writes into what it has open.
                log.rename(log.with_suffix(".former"))
                log.touch()

        with pytest.raises(FleetError, match=r"sent back.*access\.log does not show"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)

    def test_is_sent_back_when_the_log_cannot_be_read(self, run, monolith):
        fleet = run()

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                fleet.gateway.access_log.unlink()

        with pytest.raises(FleetError, match=r"sent back.*access\.log"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)

    def test_tends_the_others_meanwhile(self, run, monolith):
        apart = move_out(monolith, "ml", "ml")
        fleet = run("auth=unready", topology=apart)
        victim = fleet.deployments["ml"].servers[0].child
        os.killpg(victim.pid, 9)
        victim.finish(5)

        with pytest.raises(FleetError, match="not ready after 5 s: database: it is full"):
            Rearrangement(
                fleet, move_out(apart, "auth", "auth"), say=print, watch_seconds=0.5
            )._start_beside()

        assert fleet.deployments["ml"].servers[0].child.exit_code is None
        assert who_answers(fleet, "/api/ml/models") == (200, "ml")

    def test_is_sent_back_when_requests_begin_to_fail(self, run, monolith):
        fleet = run("integrations=507")
        stop = threading.Event()

        def ask():
            while not stop.is_set():
                requests.get(fleet.gateway.url + PATH, timeout=10)

        client = threading.Thread(target=ask)
        client.start()
        try:
            with pytest.raises(FleetError, match=r"sent back to the old slices.*requests fail"):
                rearrange(
                    fleet,
                    move_out(monolith),
                    watch_seconds=20.0,
                )
        finally:
            stop.set()
            client.join()

        assert who_answers(fleet) == (200, ALL)
        assert fleet.topology == monolith

    def test_stops_when_nothing_can_be_written(self, run, monolith):
        fleet = run()
        addresses = fleet._folder.addresses
        addresses.unlink()
        addresses.mkdir()

        with pytest.raises(FleetError, match="the old slices keep serving"):
            rearrange(fleet, move_out(monolith))

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)
        assert len(fleet.targets()) == 1

    def test_leaves_nobody_with_addresses_of_what_was_drained(self, run, monolith):
        fleet = run()
        obstacle = fleet._folder.path / "servers.json"
        obstacle.unlink()
        obstacle.mkdir()

        with pytest.raises(FleetError, match="the old slices keep serving"):
            rearrange(fleet, move_out(monolith))

        assert addresses_of(fleet) == urls_of(fleet)
        obstacle.rmdir()
        fleet.supervise()
        assert addresses_of(fleet) == urls_of(fleet)
        assert {target.services for target in fleet._folder.read_targets()} == {tuple(manifests())}
        assert fleet._beside == []

    def test_stops_when_the_gateway_can_be_told_a_part_only(self, run, monolith):
        fleet = run()
        (fleet._folder.flags / "ml").symlink_to("/nowhere/at-all")

        with pytest.raises(FleetError, match="the old slices keep serving"):
            rearrange(fleet, move_out(monolith))

        assert fleet.topology == monolith
        for path in (PATH, "/api/auth/me", "/api/ml/models"):
            assert who_answers(fleet, path) == (200, ALL)
        (fleet._folder.flags / "ml").unlink()
        fleet.supervise()
        assert fleet._beside == []
        assert who_answers(fleet) == (200, ALL)

    def test_drains_nothing_of_which_the_others_cannot_be_told(self, run, monolith):
        fleet = run("integrations=507")
        addresses = fleet._folder.addresses

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                for _ in range(5):
                    requests.get(fleet.gateway.url + PATH, timeout=10)
                addresses.rename(addresses.with_suffix(".former"))
                addresses.mkdir()

        after = move_out(monolith)
        change = Rearrangement(fleet, after, say=say, watch_seconds=5.0)
        with pytest.raises(FleetError, match="sent back to the old slices"):
            change.run()

        port = after.slices["integrations"].port
        assert who_answers(fleet) == (200, ALL)
        assert answers(f"http://127.0.0.1:{port}/health") == 200
        addresses.rmdir()
        fleet.supervise()
        assert addresses_of(fleet) == urls_of(fleet)
        assert answers(f"http://127.0.0.1:{port}/health") == 0
