"""Jobs and events do the same in every layout: a file makes forecasts anew, a mail goes out."""

import time

import requests

from omnify.services.registry import manifests
from tests.journeys import main_job

SPLIT = [
    ("auth", "onboarding", "infrastructure"),
    ("integrations", "agentkit"),
    ("analytics", "ml"),
]


def wait_for(find):
    until = time.monotonic() + 60
    while not (found := find()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def follow_a_file(fleet):
    """Import a file into a fleet; returns the metrics that are forecast by and by."""
    registered = requests.post(
        f"{fleet['auth']}/api/auth/register", json=main_job.REGISTRATION, timeout=30
    ).json()
    headers = {"Authorization": f"Bearer {registered['access_token']}"}
    requests.post(
        f"{fleet['integrations']}/api/integrations/csv/import",
        headers=headers,
        files={"file": ("weeks.csv", main_job.FILE.read_bytes())},
        data={"mapping": main_job.MAPPING.read_text()},
        timeout=30,
    ).raise_for_status()

    def stored():
        url = f"{fleet['ml']}/api/predictive/predictions"
        listed = requests.get(url, headers=headers, timeout=30).json()["results"]
        return sorted(row["metric"] for row in listed) if len(listed) == 2 else []

    return wait_for(stored)


class TestForecasts:
    def test_follow_a_file_in_the_monolith(self, run_fleet):
        assert follow_a_file(run_fleet([tuple(manifests())])) == ["revenue", "spend"]

    def test_follow_a_file_across_slices_with_databases_of_their_own(self, run_fleet, databases):
        urls = {f"{name.upper()}_DATABASE_URL": databases(name) for name in ("ml", "auth")}

        assert follow_a_file(run_fleet(SPLIT, **urls)) == ["revenue", "spend"]

    def test_follow_a_file_through_a_broker(self, run_fleet, databases, bus_url):
        urls = {f"{name.upper()}_DATABASE_URL": databases(name) for name in ("ml", "auth")}
        fleet = run_fleet(SPLIT, EVENT_BUS_URL=bus_url, **urls)

        assert follow_a_file(fleet) == ["revenue", "spend"]
