"""Daily numbers of Google Ads: all of them, exact, of the right days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.integrations.platforms.refusals import (
    MalformedError,
    RequestRefusedError,
    TooMuchError,
    UnreachableError,
)
from deploy.sandbox.google_ads import failure
from deploy.sandbox.serving import Reply
from tests.apps.integrations.calling.scripted import START
from tests.apps.integrations.platforms.google_ads.reading import (
    FAR_SHOP,
    FIRST,
    LAST,
    SHOP,
    add_up,
    list_right,
    wanted,
)

pytestmark = pytest.mark.django_db
PMAX = "Sample: everything"


def read(adapter, api, level, account=SHOP, **fields):
    return list(adapter.read(api, account, wanted(level, **fields)))


def read_parts(adapter, api, want):
    """Return the rows of a slice, halved for as long as it is too much."""
    try:
        return list(adapter.read(api, SHOP, want))
    except TooMuchError:
        parts = adapter.split(api, SHOP, want)
        return [row for part in parts for row in read_parts(adapter, api, part)]


class TestRows:
    @pytest.mark.parametrize("level", ["account", "campaign"])
    def test_add_up_to_the_customers_own_sums(self, adapter, api, peer, level):
        peer.batch_rows = 7
        rows = read(adapter, api, level)

        assert add_up(rows) == list_right(peer, SHOP)
        assert {row.currency for row in rows} == {"EUR"}

    def test_of_ads_add_up_to_those_of_campaigns_that_have_any(self, adapter, api):
        campaigns = read(adapter, api, "campaign")
        ads = read(adapter, api, "ad")

        assert add_up(ads) == add_up(row for row in campaigns if row.campaign != PMAX)

    def test_say_which_channel_and_campaign_they_are_of(self, adapter, api):
        rows = read(adapter, api, "campaign")

        assert {(row.entity_id, row.campaign, row.channel) for row in rows} == {
            ("311", "Sample: search", "google search"),
            ("312", "Sample: shopping", "google shopping"),
            ("313", PMAX, "pmax"),
            ("314", "Sample: films", "youtube"),
            ("315", "Sample: discover", "demand gen"),
            ("316", "Sample: banners of last year", "display"),
        }
        assert {row.channel for row in read(adapter, api, "account")} == {"google"}

    def test_of_what_was_removed_are_among_them(self, adapter, api, peer):
        removed = [row for row in read(adapter, api, "campaign") if row.entity_id == "316"]

        assert sum(row.micros["spend"] for row in removed) > 0
        assert len(removed) == (LAST - FIRST).days + 1

    def test_of_one_ad_in_two_groups_are_two(self, adapter, api):
        rows = read(adapter, api, "ad", last=FIRST)

        search = {(row.entity_id, row.ad) for row in rows if row.campaign_id == "311"}
        assert search == {("3111~3118", "Headline"), ("3112~3118", "Headline")}
        assert {row.ad for row in rows if row.campaign_id == "314"} == {"3149"}

    def test_keep_what_was_given_back_below_zero(self, adapter, api):
        [credit] = [
            row
            for row in read(adapter, api, "campaign", first=date(2026, 11, 13))
            if row.date == date(2026, 11, 13) and row.entity_id == "316"
        ]

        assert credit.micros["spend"] == -12_340_000
        assert credit.micros["clicks"] == 0

    def test_are_exact_in_fractions_and_in_large_amounts(self, adapter, api, peer):
        row = {
            "segments": {"date": "2026-11-10"},
            "metrics": {
                "costMicros": "1234567890123456789",
                "impressions": "9007199254",
                "conversions": 0.333333,
                "conversionsValue": 19.989999,
            },
        }
        peer.faults.append(lambda _: Reply([{"results": [row]}]))
        [metric] = read(adapter, api, "account")

        # What Google leaves out is unknown, not nothing.
        assert metric.micros == {
            "spend": 1_234_567_890_123_456_789,
            "impressions": 9_007_199_254_000_000,
            "conversions": 333_333,
            "attributed_revenue": 19_989_999,
        }

    @pytest.mark.parametrize(
        "row",
        [
            7,
            {"metrics": {}},
            {"segments": {"date": "10.11."}, "metrics": {}},
            {"segments": {"date": "2026-11-10"}, "metrics": {"costMicros": "1.5"}},
            {"segments": {"date": "2026-11-10"}, "metrics": {"costMicros": "9" * 30}},
            {"segments": {"date": "2026-11-10"}, "metrics": {"clicks": "NaN"}},
        ],
    )
    def test_of_another_shape_than_documented_are_refused(self, adapter, api, peer, row):
        peer.faults.append(lambda _: Reply([{"results": [row]}]))
        with pytest.raises(MalformedError):
            read(adapter, api, "account")

    def test_that_say_not_what_they_are_of_are_refused(self, adapter, api, peer):
        row = {"segments": {"date": "2026-11-10"}, "metrics": {}}
        peer.faults.append(lambda _: Reply([{"results": [row]}]))
        with pytest.raises(MalformedError, match="what it is of"):
            read(adapter, api, "ad")


class TestDays:
    def test_are_open_until_they_end_where_the_customer_is(self, adapter, api, peer, clock):
        # In Auckland it is half past midnight.
        clock.present = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
        peer.now = lambda: clock.present
        first, last = date(2026, 11, 24), date(2026, 11, 26)
        days = {
            account.id: {
                row.date.day: row.is_provisional
                for row in read(adapter, api, "account", account, first=first, last=last)
            }
            for account in (SHOP, FAR_SHOP)
        }

        assert days == {
            SHOP.id: {24: False, 25: True},
            FAR_SHOP.id: {24: False, 25: False, 26: True},
        }

    def test_rise_while_conversions_become_known(self, adapter, api, peer):
        today = START.date()
        seen = []
        for age in range(14):
            peer.now = lambda age=age: START + timedelta(days=age)
            [row] = read(adapter, api, "account", first=today, last=today)
            seen.append(row.micros["conversions"])

        assert seen == sorted(seen)
        assert seen[0] < seen[10] < seen[11] == seen[13]

    def test_go_back_as_far_as_google_keeps_them(self, adapter, api):
        today = START.date()
        oldest = today - timedelta(days=adapter.spec.history_days)

        assert read(adapter, api, "account", first=oldest, last=oldest)
        with pytest.raises(RequestRefusedError, match="37 months"):
            read(adapter, api, "account", first=date(2023, 10, 24), last=oldest)

    @pytest.mark.parametrize("today", [date(2023, 2, 28), date(2026, 3, 31), date(2024, 3, 1)])
    def test_go_back_no_further_than_37_months_of_any_kind(self, adapter, today):
        oldest = today - timedelta(days=adapter.spec.history_days)
        months = (today.year - oldest.year) * 12 + today.month - oldest.month

        assert (months, -oldest.day) <= (37, -min(today.day, 28))


class TestTotals:
    def test_are_the_customers_own(self, adapter, api, peer):
        totals = {}
        for total in adapter.read_totals(api, SHOP, wanted("account")):
            totals.setdefault(total.date, {})[total.measure] = total.micros

        assert totals == list_right(peer, SHOP)
        assert " FROM customer WHERE " in peer.ledger[-1].json["query"]


class TestRefusedMetrics:
    def test_are_unknown_at_their_level_and_all_others_are_exact(self, adapter, api, peer):
        peer.prohibited = {("ad_group_ad", "conversions"), ("ad_group_ad", "clicks")}
        known = add_up(row for row in read(adapter, api, "campaign") if row.campaign != PMAX)
        rows = read(adapter, api, "ad")

        for measures in known.values():
            del measures["conversions"], measures["clicks"]
        assert add_up(rows) == known
        assert {tuple(sorted(row.reasons.items())) for row in rows} == {
            (("clicks", "unsupported_at_level"), ("conversions", "unsupported_at_level"))
        }

    def test_that_are_all_leave_nothing_to_read(self, adapter, api, peer):
        names = ("cost_micros", "impressions", "clicks", "conversions", "conversions_value")
        peer.prohibited = {("customer", name) for name in names}
        with pytest.raises(RequestRefusedError) as caught:
            read(adapter, api, "account")

        assert caught.value.code == "unsupported_at_level"
        assert len(peer.asked_of("searchStream")) == 1


class TestParts:
    @pytest.mark.parametrize("level", ["campaign", "ad"])
    def test_hold_together_what_the_whole_does(self, adapter, api, peer, level):
        day = wanted(level, last=FIRST)
        whole = list(adapter.read(api, SHOP, day))
        peer.largest_rows = 2

        assert read_parts(adapter, api, day) == whole

    def test_end_at_one_campaign(self, adapter, api):
        day = wanted("campaign", last=FIRST, part="316:")

        assert adapter.split(api, SHOP, day) == ()
        assert adapter.split(api, SHOP, wanted("account", last=FIRST)) == ()


class TestMeasure:
    def test_of_a_connection_says_what_conversions_are(self, adapter, api, peer):
        usual = read(adapter, api, "account")
        chosen = read(adapter, api, "account", measure="all_conversions")

        for measure, factor in (("conversions", 2), ("attributed_revenue", 2), ("spend", 1)):
            assert [row.micros[measure] for row in chosen] == [
                row.micros[measure] * factor for row in usual
            ]


class TestStreams:
    def test_that_are_cut_are_not_whole(self, adapter, api, peer):
        peer.faults.append(lambda _: Reply(b'[{"results": []}'))
        with pytest.raises(MalformedError):
            read(adapter, api, "account")

    def test_that_end_in_an_error_fail_with_it(self, adapter, api, peer):
        broken = failure(500, "internalError", "INTERNAL_ERROR", "An internal error.")
        peer.faults.append(lambda _: Reply([{"requestId": "r"}, broken]))
        with pytest.raises(UnreachableError) as caught:
            read(adapter, api, "account")

        assert caught.value.request_id == broken["error"]["details"][0]["requestId"]
