"""Jobs and events do the same in every layout: a file makes forecasts anew, a mail goes out."""

import time

import requests

from tests.journeys import main_job
from tests.journeys.fleets import MONOLITH, SPLIT, SPLIT_OWN, fleet_with_databases


def wait_for(find):
    until = time.monotonic() + 60
    while not (found := find()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def follow_a_file(fleet):
    """Import a file into a fleet; returns the metrics that are forecast by and by."""
    _, token = main_job.register(fleet.addresses["auth"])
    main_job.import_file(fleet.addresses["integrations"], token)
    headers = {"Authorization": f"Bearer {token}"}

    def stored():
        url = f"{fleet.addresses['ml']}/api/predictive/predictions"
        listed = requests.get(url, headers=headers, timeout=30).json()["results"]
        return sorted(row["metric"] for row in listed) if len(listed) == 2 else []

    return wait_for(stored)


class TestForecasts:
    def test_follow_a_file_across_slices_with_databases_of_their_own(self, fleets):
        assert follow_a_file(fleets.run(SPLIT, own=SPLIT_OWN)) == ["revenue", "spend"]

    def test_follow_a_file_through_a_broker(self, tmp_path, bus_url):
        with fleet_with_databases(tmp_path, SPLIT, own=SPLIT_OWN, EVENT_BUS_URL=bus_url) as fleet:
            assert follow_a_file(fleet) == ["revenue", "spend"]

    def test_follow_a_file_in_the_monolith(self, fleets):
        assert follow_a_file(fleets.run(MONOLITH)) == ["revenue", "spend"]
