"""Sources and channels are one regardless of case; the first spelling is shown."""

import pytest

from apps.integrations.imports.operations import importing
from apps.integrations.models import Channel, Connection, DailyMetric
from omnify.jobs.execution import run_job
from tests.apps.integrations.requests import MAPPING, send, spend_of

LATER = "day,sales,tv\n2026-01-02,7,5\n2026-01-03,1,1\n"


def spelled(channel, source="Shop"):
    return {**MAPPING, "source": source, "channels": [{"name": channel, "spend": "tv"}]}


def query_channels(client, *channels):
    body = {
        "measures": ["spend"],
        "dimensions": ["channel"],
        "from": "2026-01-01",
        "to": "2026-12-31",
        **({"filters": {"channel": list(channels)}} if channels else {}),
    }
    rows = client.post("/api/analytics/query", body, format="json").json()["rows"]
    return {row["channel"]: row["spend"] for row in rows}


@pytest.mark.django_db
class TestSources:
    @pytest.mark.parametrize("source", ["SHOP", " shop ", "shop"])
    def test_continue_each_other_however_they_are_spelled(self, registered, source):
        send(registered, mapping=spelled("TV"))
        send(registered, LATER, spelled("TV", source))

        assert [row.name for row in Connection.unscoped.all()] == ["Shop"]
        assert spend_of(registered) == {"spend": "16.00", "revenue": "108.50"}

    def test_are_one_in_either_form_of_unicode(self, registered):
        send(registered, mapping=spelled("TV", "Cafe\u0301"))
        send(registered, LATER, spelled("TV", "CAF\u00c9"))

        assert [row.name for row in Connection.unscoped.all()] == ["Caf\u00e9"]


@pytest.mark.django_db
class TestChannels:
    def test_are_shown_as_they_were_spelled_first(self, registered):
        send(registered, mapping=spelled("Google"))
        send(registered, LATER, spelled("GOOGLE"))

        assert query_channels(registered) == {"Google": "16.00"}
        assert DailyMetric.unscoped.filter(level="channel").count() == 3

    def test_are_one_in_all_sources(self, registered):
        send(registered, mapping=spelled("Google"))
        send(registered, LATER, spelled("google", "second shop"))

        assert query_channels(registered) == {"Google": "16.00"}

    @pytest.mark.parametrize("asked", ["Google", "google", " GOOGLE "])
    def test_are_asked_for_in_any_case(self, registered, asked):
        send(registered, mapping=spelled("Google"))

        assert query_channels(registered, asked) == {"Google": "10.00"}
        assert query_channels(registered, "bing") == {}

    def test_are_mapped_once(self, registered):
        channels = [{"name": "Google", "spend": "tv"}, {"name": "google", "spend": "sales"}]

        answer = send(registered, mapping={**MAPPING, "channels": channels, "revenue": None})

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["channels.1.name"]

    def test_are_spelled_anew_after_all_are_gone(self, registered):
        send(registered, mapping=spelled("gOOGLE"))
        connection = Connection.unscoped.get()
        registered.delete(f"/api/integrations/connections/{connection.id}")
        send(registered, mapping=spelled("Google"))

        assert query_channels(registered) == {"Google": "10.00"}
        assert Channel.unscoped.count() == 1


@pytest.mark.django_db(transaction=True)
class TestLargeFiles:
    def test_are_spelled_as_small_ones(self, registered, monkeypatch):
        send(registered, mapping=spelled("Google"))
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 1)

        accepted = send(registered, LATER, spelled("GOOGLE", "shop"))
        run_job("integrations", accepted.json()["job_id"])

        assert query_channels(registered) == {"Google": "16.00"}
        assert [row.name for row in Connection.unscoped.all()] == ["Shop"]
