"""What files say is what analytics, ml and the rules agent answer over HTTP, and no more."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.apps.analytics.requests import ask, stats
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 5)
TV = {"name": "tv", "spend": "spend", "clicks": "clicks"}


def days(number, step=1):
    return [MONDAY + timedelta(days=step * each) for each in range(number)]


def bring(client, source, header, rows, *, currency="EUR", channel=None, **mapping):
    """Import a file whose columns are called what they are."""
    mapping = {
        "date": "day",
        "source": source,
        "currency": currency,
        "channels": [channel] if channel else [],
        **mapping,
    }
    text = "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"
    answer = send(client, text, mapping)
    assert answer.status_code == 201, answer.json()


def bring_shop(client, rows, *, source="shop", **options):
    bring(client, source, "day,revenue", rows, revenue="revenue", **options)


def bring_channel(client, name, rows, *, source="", **options):
    channel = {"name": name, "spend": "spend"}
    bring(client, source or name, "day,spend", rows, channel=channel, **options)


def run_agent(client, **days):
    [agent] = client.get("/api/agentkit/agents").json()["results"]
    path = f"/api/agentkit/agents/{agent['id']}/execute"
    answer = client.post(path, {"input": days}, format="json")
    assert answer.status_code == 201, answer.json()
    return {item["kind"]: item for item in answer.json()["output"]["findings"]}


def forecast(client, **query):
    body = {"metric": "revenue", "grain": "day", "horizon": 7, **query}
    return client.post("/api/predictive/forecast", body, format="json").json()


class TestMoneyWithoutARate:
    @pytest.fixture
    def mixed(self, owner):
        """A shop that changes from EUR to USD, and a channel of each currency."""
        bring_shop(owner, [(day, 100) for day in days(30)[:20]])
        bring_shop(
            owner,
            [(day, 100) for day in days(30)[20:]],
            currency="USD",
            source="shop us",
        )
        bring_channel(owner, "tv", [(day, 10) for day in days(30)])
        bring_channel(owner, "web", [(day, 900) for day in days(30)], currency="USD")
        return owner

    def test_is_no_fall_of_the_dashboard(self, mixed):
        previous = stats(mixed, **{"from": "2026-01-25", "to": "2026-02-03"}).json()["previous"]

        assert previous["totals"]["revenue"] is None
        assert "revenue is" in previous["reason"]
        assert previous["totals"]["spend"] == previous["current"]["spend"] == "100.00"

    def test_is_no_fall_of_the_agent_and_no_share_of_all(self, mixed):
        found = run_agent(mixed, **{"from": "2026-01-05", "to": "2026-02-03"})

        assert "revenue_trend" not in found
        assert "concentration" not in found
        assert "27000.00 USD of spend, 1000.00 USD of revenue" in found["data_gap"]["title"]

    def test_is_named_by_a_forecast(self, mixed):
        made = forecast(mixed)

        assert {point["value"] for point in made["points"]} == {"100.00"}
        assert made["trained_to"] == "2026-01-24"
        assert made["unconverted"] == [{"currency": "USD", "amount": "1000.00"}]

    def test_is_all_of_it_after_another_currency_was_chosen(self, mixed, registered):
        bring_shop(registered, [(day, 100) for day in days(30)])
        answer = registered.patch("/api/organizations/me", {"currency": "USD"}, format="json")
        assert answer.status_code == 200, answer.json()

        body = stats(registered, days=10).json()

        assert body["currency"] == "USD"
        assert body["totals"]["revenue"] is None
        assert [(left["currency"], left["revenue"]) for left in body["unconverted"]] == [
            ("EUR", "1000.00")
        ]


class TestMoneyWithARate:
    @pytest.fixture
    def two(self, owner):
        """The same channel in two currencies, with figures that convert to the same ratios."""
        channel = {"name": "google", "spend": "s", "clicks": "c", "revenue": "r"}
        for source, currency, row in (
            ("eu", "EUR", ("2026-03-02", 100, 100, 400)),
            ("us", "USD", ("2026-03-02", 300, 300, 1200)),
        ):
            bring(owner, source, "day,s,c,r", [row], channel=channel, currency=currency)
        return owner

    @staticmethod
    def ask(client):
        names = ["spend", "clicks", "attributed_revenue", "cpc", "roas"]
        days = {"from": "2026-03-01", "to": "2026-03-31"}
        return client.post(
            "/api/analytics/query", {"measures": names, **days}, format="json"
        ).json()

    @staticmethod
    def quote(client, day, rate, base="EUR", currency="USD"):
        body = {"date": day, "base": base, "currency": currency, "rate": rate}
        answer = client.post("/api/integrations/rates", body, format="json")
        assert answer.status_code == 201, answer.json()
        return answer.json()["id"]

    def test_counts_in_totals_and_ratios(self, two):
        assert self.ask(two)["totals"]["spend"] == "100.00"
        self.quote(two, "2026-03-02", "1.5")

        body = self.ask(two)

        assert body["totals"] == {
            "spend": "300.00",
            "clicks": "400",
            "attributed_revenue": "1200.00",
            "cpc": "0.7500",
            "roas": "4.0000",
        }
        assert (body["unconverted"], body["coverage"]) == ([], {})

    def test_is_left_out_again_when_the_rate_is_deleted(self, two):
        before = self.ask(two)
        rate_id = self.quote(two, "2026-02-23", "1.5")
        assert self.ask(two)["unconverted"] == []

        assert two.delete(f"/api/integrations/rates/{rate_id}").status_code == 204

        assert self.ask(two) == before

    def test_takes_no_rate_of_more_than_seven_days_earlier(self, two):
        self.quote(two, "2026-02-22", "1.5")

        assert self.ask(two)["unconverted"][0]["spend"] == "300.00"

    def test_takes_no_rate_of_another_organization(self, two, client_for, make_principal):
        self.quote(client_for(make_principal()), "2026-03-02", "1.5")

        assert self.ask(two)["unconverted"][0]["spend"] == "300.00"

    def test_of_a_week_takes_the_rate_of_its_last_day(self, owner):
        bring_shop(owner, [(MONDAY, 100)])
        bring_channel(owner, "tv", [(day, 70) for day in days(2, step=7)], currency="USD")
        self.quote(owner, "2026-01-05", "7")
        self.quote(owner, "2026-01-11", "1.4", base="USD", currency="EUR")
        self.quote(owner, "2026-01-18", "1")

        body = stats(owner, **{"from": "2026-01-05", "to": "2026-01-18"}).json()

        assert body["totals"]["spend"] == "168.00"


class TestReach:
    def test_of_two_files_of_a_channel_is_unknown(self, owner):
        channel = {"name": "meta", "impressions": "impressions", "reach": "reach"}
        for source in ("one", "two"):
            rows = [(MONDAY, 2000, 1000)]
            bring(owner, source, "day,impressions,reach", rows, channel=channel)

        body = ask(
            owner,
            measures=["impressions", "reach", "frequency"],
            dimensions=["channel", "period"],
        ).json()

        known = {"impressions": "4000", "reach": None, "frequency": None}
        assert body["totals"] == known
        assert [known.items() <= row.items() for row in body["rows"]] == [True]


class TestSourcesOfDifferentGrain:
    @pytest.fixture
    def both(self, owner):
        """A shop and a channel by day, and a channel of ten times the spend by week."""
        bring_shop(owner, [(day, 100) for day in days(182)])
        bring_channel(owner, "web", [(day, 10) for day in days(182)])
        bring_channel(owner, "tv", [(day, 700) for day in days(26, step=7)])
        return owner

    def test_blend_no_revenue_with_a_part_of_the_spend(self, both):
        body = stats(both, days=28).json()

        assert body["totals"]["spend"] == "3080.00"
        assert body["totals"]["blended_roas"] is None
        assert "efficiency" not in run_agent(both)

    def test_leave_months_partial(self, both):
        rows = ask(
            both,
            measures=["spend"],
            dimensions=["period"],
            grain="month",
            to="2026-06-30",
        ).json()["rows"]

        assert [row["days"] for row in rows[1:3]] == [
            {"with": 21, "of": 28},
            {"with": 28, "of": 31},
        ]
        assert all(row["is_partial"] for row in rows)

    @pytest.mark.parametrize("length", [20, 28, 45, 70])
    def test_are_flat(self, both, length):
        last = MONDAY + timedelta(days=150)
        chosen = {"from": last - timedelta(days=length), "to": last}

        previous = stats(both, **chosen).json()["previous"]
        found = run_agent(both, **{name: day.isoformat() for name, day in chosen.items()})

        assert previous["totals"] == previous["current"]
        assert "spend_trend" not in found
        assert "was stable (+0.0%)" in found["revenue_trend"]["title"]

    def test_are_forecast_by_the_week_alone(self, both):
        assert forecast(both, metric="spend")["code"] == "insufficient_data"
        assert forecast(both)["points"][0]["value"] == "100.00"


class TestRunningWeeks:
    @pytest.fixture
    def running(self, registered):
        """110 weeks of 700, and of the one that is not over as much as it has so far."""
        today = datetime.now(UTC).date()
        is_sunday = today.isoweekday() == 7
        if is_sunday:
            registered.patch("/api/organizations/me", {"week_start": "sunday"}, format="json")
        begun = today if is_sunday else today - timedelta(days=today.weekday())
        weeks = [(begun - timedelta(weeks=110 - number), 700) for number in range(110)]
        bring_shop(registered, [*weeks, (begun, 5)])
        registered.begun = begun
        return registered

    def test_are_not_learnt(self, running):
        made = forecast(running, grain="week", horizon=4)

        assert made["points"][0]["period"] == running.begun.isoformat()
        assert {point["value"] for point in made["points"]} == {"700.00"}

    def test_are_partial(self, running):
        last = running.begun + timedelta(days=6)
        asked = {"from": (last - timedelta(days=27)).isoformat(), "to": last.isoformat()}

        rows = ask(
            running, **asked, measures=["revenue"], dimensions=["period"], grain="week"
        ).json()["rows"]

        assert [row["is_partial"] for row in rows] == [False, False, False, True]

    def test_are_no_fall(self, running):
        last = running.begun + timedelta(days=6)
        asked = {"from": (last - timedelta(days=27)).isoformat(), "to": last.isoformat()}

        previous = stats(running, **asked).json()["previous"]
        found = run_agent(running, **asked)

        assert previous["totals"]["revenue"] == previous["current"]["revenue"] == "2100.00"
        assert "was stable (+0.0%)" in found["revenue_trend"]["title"]


class TestGaps:
    def test_of_one_channel_are_no_change_of_it(self, owner):
        bring_channel(owner, "tv", [(day, 10) for day in days(40)])
        bring_channel(owner, "web", [(day, 10) for day in days(40) if day not in days(8)[2:]])

        found = run_agent(owner, **{"from": "2026-01-05", "to": "2026-02-13"})

        assert "spend_trend" not in found

    def test_of_clicks_are_told_with_what_a_price_rests_on(self, owner):
        rows = [(days(2)[0], 9000, ""), (days(2)[1], 1000, 500)]
        bring(owner, "tv", "day,spend,clicks", rows, channel=TV)

        finding = run_agent(owner)["cost_per_click"]

        assert finding["title"] == "A click on tv cost 2.0000 EUR (known of 10.0% of the spend)"
        assert finding["evidence"][-1] == {"measure": "coverage", "value": "0.1000", "row": "tv"}

    def test_of_revenue_are_told_with_what_a_return_rests_on(self, owner):
        bring_channel(owner, "tv", [(day, 100) for day in days(4)])
        bring_shop(owner, [(day, 300) for day in days(6)[3:]])

        title = run_agent(owner)["efficiency"]["title"]

        assert title.startswith("Each EUR of spend came with 3.00 of revenue")
        assert title.endswith("(known of 25.0% of the spend)")


class TestDashboardDays:
    def test_are_not_both_told_and_counted(self, owner):
        bring_shop(owner, [(MONDAY, 100)])

        answer = stats(owner, **{"from": "2026-01-01", "to": "2026-01-31", "days": 7})

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "days"
        assert stats(owner, to="2026-01-31", days=7).json()["from"] == "2026-01-25"


class TestShares:
    def test_of_many_channels_add_up_to_one(self, owner):
        for name, spend in (("a", 1), ("b", 1), ("c", 1), ("d", 4)):
            bring_channel(owner, name, [(MONDAY, spend)])

        shares = [row["spend_share"] for row in stats(owner).json()["channels"]]

        assert sum(float(share) for share in shares) == pytest.approx(1, abs=1e-12)
        assert all(len(share) == len("0.1429") for share in shares)
