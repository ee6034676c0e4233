"""A service is moved, or the move is refused and says why."""

import sys
from pathlib import Path

import msgspec
import pytest

from omnify.services.registry import manifests
from omnify.topology.changes import list_differences, move_service
from omnify.topology.deployments import Host
from omnify.topology.exceptions import FleetError
from omnify.topology.files import Slice, Topology, TopologyInvalidError
from omnify.topology.fleet import Fleet
from omnify.topology.moving import Rearrangement
from tests.needs import needs, takes_long
from tests.omnify.topology.fleets import ALL, REST, move_out, rearrange, who_answers

pytestmark = [needs("nginx"), takes_long]


class TestMove:
    def test_leaves_each_service_with_one_owner(self, run, monolith):
        fleet = run()

        rearrange(fleet, move_out(monolith))

        assert who_answers(fleet) == (200, "integrations")
        assert who_answers(fleet, "/api/auth/me") == (200, REST)
        assert {t.services for t in fleet.targets()} == {
            ("integrations",),
            tuple(REST.split(",")),
        }

    def test_says_which_port_is_used_instead_of_a_taken_one(self, run, monolith):
        fleet, said = run(), []
        [port] = monolith.slices["core"].ports

        rearrange(fleet, move_out(monolith), said)

        other = fleet.deployments["core"].servers[0].endpoint.port
        assert f"'core' listens on {other} for now: {port} is taken" in said

    def test_is_undone_by_moving_back(self, run, monolith):
        fleet = run()
        rearrange(fleet, move_out(monolith))

        rearrange(fleet, move_service(fleet.topology, "integrations", "core"))

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)
        assert len(fleet.targets()) == 1

    def test_goes_to_slices_of_any_name(self, run, monolith):
        fleet = run()

        for name in ("fast", "integrations", "fast"):
            rearrange(fleet, move_out(fleet.topology, to=name))
            rearrange(fleet, fleet.topology, renewed=["core"])

            assert who_answers(fleet) == (200, "integrations")
            assert who_answers(fleet, "/api/auth/me") == (200, REST)
            assert len(fleet.targets()) == 2

    def test_finds_a_place_for_every_service_in_a_slice_of_a_new_name(self, run, monolith):
        fleet = run()

        for service in manifests():
            rearrange(fleet, move_out(fleet.topology, service, f"new-{service}"), watch_seconds=0)
        rearrange(fleet, fleet.topology, renewed=["new-ml", "new-auth"])

        assert "core" not in fleet.deployments
        assert who_answers(fleet) == (200, "integrations")
        assert who_answers(fleet, "/api/auth/me") == (200, "auth")


class TestRefusedMove:
    def test_is_refused_without_a_gateway(self, run, monolith):
        fleet = run(gateway=False)

        with pytest.raises(FleetError, match="nothing was changed: the fleet runs without"):
            rearrange(fleet, move_out(monolith))

    def test_is_refused_while_the_gateway_is_down(self, run, monolith):
        fleet = run()
        fleet.gateway.child.terminate()
        fleet.gateway.child.finish(5)

        with pytest.raises(FleetError, match="nothing was changed: the gateway does not answer"):
            rearrange(fleet, move_out(monolith))
        assert len(fleet.targets()) == 1

    def test_is_refused_while_a_slice_is_not_ready(self, run, monolith):
        fleet = run()
        fleet.drain(fleet.deployments["core"].servers)

        with pytest.raises(FleetError, match="'core' is not ready: does not answer"):
            rearrange(fleet, move_out(monolith))

    def test_is_refused_while_the_broker_is_away(self, run, monolith, settings):
        fleet = run()
        settings.EVENT_BUS_URL = "amqp://user:secret@127.0.0.1:1/shop"

        with pytest.raises(FleetError, match="nothing was changed: the broker of EVENT_BUS_URL"):
            rearrange(fleet, move_out(monolith))
        assert (fleet.topology, len(fleet.targets())) == (monolith, 1)

    @pytest.mark.parametrize(
        ("service", "to", "words"),
        [
            ("integration", "core", "there is no service 'integration'; known: auth"),
            ("integrations", "core", "'integrations' is in slice 'core' already"),
            ("integrations", "Bad Name!", "slice 'Bad Name!': a name is 1 to 31 of a-z"),
        ],
    )
    def test_of_what_cannot_be_is_refused(self, monolith, service, to, words):
        with pytest.raises(TopologyInvalidError, match=words):
            move_service(monolith, service, to)

    def test_to_a_port_that_is_anothers_is_refused(self, run):
        topology = Topology("test", {"core": Slice(tuple(manifests()), 8002)})

        with pytest.raises(FleetError, match="port 8002 belongs to 'core' and to 'integrations'"):
            Rearrangement(
                Fleet(topology, Host(Path(), {}, sys.stdout), folder=None),
                move_service(topology, "integrations", "integrations"),
                say=print,
                watch_seconds=1,
            ).plan()


class TestListDifferences:
    def test_names_what_moves_is_added_removed_and_changed(self, monolith):
        moved = move_service(monolith, "ml", "ml")
        slices = moved.slices | {
            "core": msgspec.structs.replace(moved.slices["core"], workers=2, jobs=1)
        }
        after = msgspec.structs.replace(moved, slices=slices)

        assert list(list_differences(monolith, after)) == [
            "ml: from slice 'core' to slice 'ml'",
            "slice 'core': workers 1 becomes 2",
            "slice 'core': jobs 0 becomes 1",
            "slice 'ml' is added, on port 8006",
        ]
        assert "slice 'ml' is removed" in list(list_differences(after, monolith))
