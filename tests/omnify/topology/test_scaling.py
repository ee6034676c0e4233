"""A slice gets more servers, fewer servers, or new ones."""

import pytest

from omnify.topology.changes import scale_slice
from omnify.topology.exceptions import FleetError
from omnify.topology.files import TopologyInvalidError
from omnify.topology.moving import restart_in_turn
from tests.needs import needs, takes_long
from tests.omnify.topology.fleets import ALL, addresses_of, rearrange, urls_of, who_answers

pytestmark = [needs("nginx"), takes_long]


class TestScale:
    def test_adds_and_takes_away_servers(self, run, monolith):
        fleet = run()

        rearrange(fleet, scale_slice(monolith, "core", 3))
        three = len({t.url for t in fleet.targets()})
        rearrange(fleet, scale_slice(fleet.topology, "core", 1))

        assert (three, len(fleet.targets())) == (3, 1)
        assert who_answers(fleet) == (200, ALL)

    @pytest.mark.parametrize("replicas", [-1, 0, 65])
    def test_to_a_number_that_no_file_could_hold_is_refused(self, monolith, replicas):
        with pytest.raises(TopologyInvalidError, match=f"slice 'core': replicas = {replicas}: "):
            scale_slice(monolith, "core", replicas)

    @pytest.mark.parametrize("replicas", [1, 3])
    def test_stops_when_nothing_can_be_written(self, run, monolith, replicas):
        two = scale_slice(monolith, "core", 2)
        fleet = run(topology=two)
        before = urls_of(fleet)
        addresses = fleet._folder.addresses
        addresses.unlink()
        addresses.mkdir()

        with pytest.raises(FleetError, match="the others keep serving"):
            rearrange(fleet, scale_slice(two, "core", replicas))

        assert fleet.topology == two
        assert urls_of(fleet) == before
        addresses.rmdir()
        fleet.supervise()
        assert addresses_of(fleet) == before
        assert who_answers(fleet) == (200, ALL)

    def test_beyond_what_the_gateway_knows_is_refused(self, run, monolith):
        fleet = run()

        with pytest.raises(FleetError, match="knows 4 replicas of slice 'core', not 5"):
            rearrange(fleet, scale_slice(monolith, "core", 5))


class TestRestartInTurn:
    def test_brings_new_processes(self, run, monolith):
        fleet = run(topology=scale_slice(monolith, "core", 2))
        before = {target.pid for target in fleet.targets()}

        restart_in_turn(fleet, "core", say=print)

        after = {target.pid for target in fleet.targets()}
        assert len(after) == 2
        assert not before & after
