"""Jobs and events do the same through a broker: a file makes forecasts anew."""

from tests.journeys.fleets import SPLIT, SPLIT_OWN, fleet_with_databases
from tests.journeys.following import follow_a_file


class TestForecasts:
    def test_follow_a_file_through_a_broker(self, tmp_path, bus_url):
        with fleet_with_databases(tmp_path, SPLIT, own=SPLIT_OWN, EVENT_BUS_URL=bus_url) as fleet:
            assert follow_a_file(fleet.addresses) == ["revenue", "spend"]
