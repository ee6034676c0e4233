"""Versions of platforms that end: health names them, and the fleet warns once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from structlog.testing import capture_logs

from apps.integrations.connections import jobs
from apps.integrations.connections.models import Connection
from tests.factories.auth import make_organization
from tests.factories.integrations import make_synced

pytestmark = pytest.mark.django_db


@pytest.fixture
def ends_in(settings):
    """Let the version of LinkedIn end in so many days, which two organizations ask."""
    for _ in range(2):
        make_synced(make_organization().id, "linkedin_ads")

    def end(days):
        ends = timezone.now().date() + timedelta(days=days)
        own = {"API_VERSION": "202607", "API_VERSION_ENDS": ends}
        settings.PLATFORMS = {**settings.PLATFORMS, "linkedin_ads": own}
        return ends

    return end


def part(client):
    answer = client.get("/health/ready")
    # The service works until then, and all others beyond.
    assert answer.status_code == 200
    return answer.json()["checks"]["platform_versions"]


class TestHealth:
    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (60, "in 60 days: plan the move"),
            (30, "in 30 days: move now"),
            (7, "in 7 days: move at once"),
        ],
    )
    def test_names_a_version_that_ends(self, client, ends_in, days, words):
        ends = ends_in(days)

        found = part(client)
        assert found["status"] == "degraded"
        assert found["reason"].startswith(f"LinkedIn Ads 202607 ends on {ends}, {words}")
        assert "LINKEDIN_ADS_API_VERSION" in found["reason"]

    def test_says_of_one_that_has_ended_that_nothing_comes(self, client, ends_in):
        ends = ends_in(0)

        assert f"ended on {ends}: its connections bring nothing" in part(client)["reason"]

    def test_is_silent_before(self, client, ends_in):
        ends_in(61)

        assert part(client)["status"] == "ok"

    def test_is_silent_about_what_nobody_asks(self, client, ends_in):
        ends_in(7)
        Connection.unscoped.update(disconnected_at=timezone.now())

        assert part(client)["status"] == "ok"


class TestWarning:
    def test_comes_once_for_the_fleet_60_30_and_7_days_before(self, ends_in):
        ends_in(61)
        start = timezone.now()
        warned = []
        for day in range(64):
            with time_machine.travel(start + timedelta(days=day)), capture_logs() as logs:
                jobs.warn(timezone.now())
            warned += [(61 - day, each["platform"], each["event"]) for each in logs]

        event = ("linkedin_ads", "platform_version_ends")
        assert warned == [(days, *event) for days in (60, 30, 7, 0, -1, -2)]
