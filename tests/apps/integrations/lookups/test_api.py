"""What platforms say just now, over our API."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.integrations.calling.models import RawAnswer
from deploy.sandbox.serving import Reply
from tests.apps.integrations.platforms.connected import connected
from tests.peers.hubspot import HubSpotPeer
from tests.peers.klaviyo import KlaviyoPeer
from tests.peers.triplewhale import KEY, SHOP, TripleWhalePeer

TODAY = date(2026, 11, 25)
URL = "/api/integrations"


@pytest.fixture
def hubspot(owner):
    with HubSpotPeer(TODAY) as peer, connected("hubspot", peer, owner.organization_id):
        yield peer


@pytest.fixture
def klaviyo(owner):
    with KlaviyoPeer(TODAY) as peer, connected("klaviyo", peer, owner.organization_id):
        yield peer


@pytest.fixture
def triplewhale(owner):
    facts = {"shop": SHOP}
    with (
        TripleWhalePeer(TODAY) as peer,
        connected("triplewhale", peer, owner.organization_id, facts=facts, token=KEY),
    ):
        yield peer


def days(number):
    """Return the query of so many days up to the peers' today."""
    return {"from": f"{TODAY - timedelta(days=number - 1)}", "to": f"{TODAY}"}


def rows_of(answer):
    assert answer.status_code == 200, answer.content
    return {row["id"]: row for row in answer.json()["results"]}


class TestHubSpot:
    def test_gives_contacts_page_by_page_and_nothing_is_kept(self, owner, hubspot):
        first = owner.get(f"{URL}/hubspot/contacts?limit=3")
        rest = owner.get(f"{URL}/hubspot/contacts?limit=3&after={first.json()['next']}")

        assert list(rows_of(first)) == ["501", "502", "503"]
        assert list(rows_of(rest)) == ["504"]
        assert rest.json()["next"] is None
        assert rows_of(first)["501"]["values"]["email"] == "c501@example.com"
        assert rows_of(first)["501"]["name"] == "Ann 501"
        assert not RawAnswer.objects.exists()

    def test_gives_campaigns_and_workflows(self, owner, hubspot):
        campaigns = rows_of(owner.get(f"{URL}/hubspot/campaigns"))
        workflows = rows_of(owner.get(f"{URL}/hubspot/workflows"))

        assert campaigns["c-1"]["name"] == "Spring"
        assert workflows["7"]["values"] == {"enabled": "true", "type": "CONTACT_FLOW"}

    def test_sums_won_deals_by_source(self, owner, hubspot):
        rows = rows_of(owner.get(f"{URL}/hubspot/analytics", days(5)))

        won = hubspot.won(TODAY - timedelta(days=4), TODAY).values()
        total = sum(Decimal(deal["amount_in_home_currency"]) for deal in won)
        assert rows["paid_search"]["values"]["orders"] == "10"
        assert Decimal(rows["paid_search"]["values"]["revenue"]) == total


class TestKlaviyo:
    def test_gives_the_campaigns_of_a_channel(self, owner, klaviyo):
        first = owner.get(f"{URL}/klaviyo/campaigns?channel=sms&limit=2")
        second = owner.get(
            f"{URL}/klaviyo/campaigns?channel=sms&limit=2&after={first.json()['next']}"
        )

        assert len(rows_of(first)) == 2
        assert rows_of(first).keys().isdisjoint(rows_of(second))
        asked = klaviyo.asked_of("/api/campaigns")[0]
        assert asked.query["filter"] == 'equals(messages.channel,"sms")'

    def test_gives_flows(self, owner, klaviyo):
        rows = rows_of(owner.get(f"{URL}/klaviyo/flows"))

        assert {key: row["values"]["status"] for key, row in rows.items()} == {
            "flow-0": "live",
            "flow-1": "live",
        }

    def test_sums_what_was_brought(self, owner, klaviyo):
        answer = owner.get(f"{URL}/klaviyo/analytics", days(20))

        total = sum(Decimal(row["values"]["impressions"]) for row in answer.json()["results"])
        assert total == klaviyo.total("delivered", TODAY - timedelta(days=19), TODAY)

    def test_refuses_a_mark_that_is_none(self, owner, klaviyo):
        answer = owner.get(f"{URL}/klaviyo/flows?after=nonsense")

        assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")


class TestTripleWhale:
    def test_sums_orders_by_last_click(self, owner, triplewhale):
        rows = rows_of(owner.get(f"{URL}/triplewhale/attribution", days(2)))

        assert rows["facebook-ads"]["values"] == {
            "orders": "6",
            "revenue": "60",
            "currency": "GBP",
        }

    def test_tells_revenue(self, owner, triplewhale):
        rows = rows_of(owner.get(f"{URL}/triplewhale/revenue", days(1)))

        assert set(rows) == {"netSales", "orders"}
        assert rows["netSales"]["values"]["value"] == str(triplewhale.days[TODAY]["netSales"])

    def test_tells_roas_and_creatives(self, owner, triplewhale):
        roas = rows_of(owner.get(f"{URL}/triplewhale/roas", days(7)))
        creatives = rows_of(owner.get(f"{URL}/triplewhale/creatives/performance?limit=5"))

        assert roas["facebook-ads"]["values"]["roas"] == "2.0"
        assert creatives["a1"]["name"] == "Blue"
        asked = triplewhale.asked_of("/sql")
        assert asked[0].json["period"] == {"startDate": "2026-11-19", "endDate": "2026-11-25"}
        assert asked[1].json["query"].endswith("LIMIT 5")


class TestConnections:
    def test_have_to_be_named_where_there_are_several(self, owner, hubspot):
        with connected("hubspot", hubspot, owner.organization_id) as other:
            ambiguous = owner.get(f"{URL}/hubspot/campaigns")
            named = owner.get(f"{URL}/hubspot/campaigns?connection_id={other.id}")

        assert (ambiguous.status_code, ambiguous.json()["code"]) == (409, "connection_ambiguous")
        assert named.status_code == 200

    def test_have_to_be_there(self, owner):
        answer = owner.get(f"{URL}/klaviyo/flows")

        assert (answer.status_code, answer.json()["code"]) == (404, "platform_not_connected")

    def test_that_may_not_see_it_are_told_in_the_platforms_words(self, owner, hubspot):
        refusal = {"category": "MISSING_SCOPES", "correlationId": "c0-7"}
        hubspot.faults.append(lambda _: Reply(refusal, 403))

        answer = owner.get(f"{URL}/hubspot/contacts")

        assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")
        assert answer.json()["platform_request_id"] == "c0-7"


class TestPeriods:
    @pytest.mark.parametrize(
        "query",
        [
            {"from": "2026-11-25", "to": "2026-11-24"},
            {"from": "2026-01-01", "to": "2026-04-03"},
            {"to": "9999-12-31"},
            {"from": "0001-01-01", "to": "0001-01-02"},
        ],
    )
    def test_of_no_days_that_were_or_of_too_many_are_refused(self, owner, query):
        answer = owner.get(f"{URL}/triplewhale/roas", query)

        assert (answer.status_code, answer.json()["code"]) == (422, "period_invalid")

    def test_are_thirty_days_by_default(self, owner, triplewhale):
        owner.get(f"{URL}/triplewhale/roas")

        [asked] = triplewhale.asked_of("/sql")
        period = asked.json["period"]
        first, last = (date.fromisoformat(period[name]) for name in ("startDate", "endDate"))
        assert (last - first).days == 29
        assert abs((datetime.now(UTC).date() - last).days) <= 1
