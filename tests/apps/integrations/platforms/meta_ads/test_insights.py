"""The numbers of an account, its campaigns and ads, against what the peer knows is right."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    MalformedError,
    PaginationLoopError,
    RequestRefusedError,
    ThrottledError,
    TooMuchError,
)
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.meta_errors import error
from deploy.sandbox.serving import Reply

LAST = date(2026, 11, 10)
MONTH = Slice("metrics", "ad", LAST - timedelta(days=29), LAST)
DAY = Slice("metrics", "ad", LAST, LAST)

EMPTY_ROW = {"account_currency": "EUR", "date_start": str(LAST), "date_stop": str(LAST)}


def add_up(rows):
    """Return the sums of rows' measures but reach, in millionths."""
    sums = Counter()
    for row in rows:
        sums.update({name: micros for name, micros in row.micros.items() if name != "reach"})
    return dict(sums)


def right(peer, first, last, *, account_id="1001", units=10_000, windows=("7d_click", "1d_view")):
    """Return what the peer knows is right, in millionths."""
    totals = peer.total(account_id, first, last, windows)
    money = ("spend", "attributed_revenue")
    return {name: n * (units if name in money else 1_000_000) for name, n in totals.items()}


def at_level(wanted, level):
    return msgspec.structs.replace(wanted, level=level)


class TestRead:
    @pytest.mark.parametrize("level", ["account", "campaign", "ad"])
    def test_adds_up_to_the_accounts_own_sums(self, adapter, api, account, peer, level):
        rows = list(adapter.read(api, account, at_level(MONTH, level)))

        assert add_up(rows) == right(peer, MONTH.first, MONTH.last)
        assert {row.currency for row in rows} == {"EUR"}
        assert {row.channel for row in rows} == {"meta"}

    def test_names_the_ad_and_its_campaign(self, adapter, api, account):
        row = next(row for row in adapter.read(api, account, DAY) if row.ad == "Carousel")

        assert (row.entity_id, row.campaign_id, row.campaign) == (
            "2001101",
            "200101",
            "Sample: shop",
        )
        assert row.micros["reach"] > 0

    def test_keeps_whole_yen_whole(self, adapter, api, peer):
        account = list(adapter.list_accounts(api))[3]

        rows = list(adapter.read(api, account, DAY))

        assert add_up(rows) == right(peer, LAST, LAST, account_id="1004", units=1_000_000)

    def test_shows_credits_and_days_that_shrink(self, adapter, api, account, peer):
        peer.corrections[("2001201", LAST)] = -10_000_00

        rows = {row.entity_id: row for row in adapter.read(api, account, DAY)}

        assert rows["2001201"].micros["spend"] < 0
        assert add_up(rows.values()) == right(peer, LAST, LAST)

    def test_knows_no_purchases_as_none_and_a_missing_number_as_unknown(
        self, adapter, api, account, peer
    ):
        peer.faults.append(
            lambda asked: Reply({"data": [EMPTY_ROW]}) if "/insights" in asked.path else None
        )

        [found] = adapter.read(api, account, at_level(DAY, "account"))

        assert found.micros == {"conversions": 0, "attributed_revenue": 0}

    def test_refuses_what_is_no_number(self, adapter, api, account, peer):
        row = {**EMPTY_ROW, "spend": "NaN"}
        peer.faults.append(
            lambda asked: Reply({"data": [row]}) if "/insights" in asked.path else None
        )

        with pytest.raises(MalformedError, match="number"):
            list(adapter.read(api, account, at_level(DAY, "account")))

    @pytest.mark.parametrize(
        "row", [{**EMPTY_ROW, "date_stop": "2026-11-11"}, {"date_start": "yesterday"}, "row"]
    )
    def test_refuses_rows_that_are_none_of_a_day(self, adapter, api, account, peer, row):
        peer.faults.append(
            lambda asked: Reply({"data": [row]}) if "/insights" in asked.path else None
        )

        with pytest.raises(MalformedError):
            list(adapter.read(api, account, at_level(DAY, "account")))

    def test_asks_no_report_for_a_single_day_of_an_account(self, adapter, api, account, peer):
        list(adapter.read(api, account, at_level(DAY, "account")))

        assert [asked.method for asked in peer.asked_of("insights")] == ["GET"]

    def test_does_without_lists_of_ads(self, adapter, api, account, peer):
        list(adapter.read(api, account, MONTH))

        assert not peer.asked_of("/ads")


class TestAttribution:
    def test_is_that_which_a_person_chose(self, adapter, api, account, peer):
        wanted = msgspec.structs.replace(DAY, window="1d_click")

        rows = list(adapter.read(api, account, wanted))

        assert add_up(rows) == right(peer, LAST, LAST, windows=("1d_click",))
        assert add_up(rows) != right(peer, LAST, LAST)

    def test_is_also_that_of_the_totals(self, adapter, api, account, peer):
        wanted = msgspec.structs.replace(DAY, window="28d_click")

        totals = {each.measure: each.micros for each in adapter.read_totals(api, account, wanted)}

        assert totals == right(peer, LAST, LAST, windows=("28d_click",))

    @pytest.mark.parametrize("window", ["7d_view", "7d_click,28d_click", "1d_click,1d_click"])
    def test_that_meta_has_not_is_refused_before_anything_is_asked(
        self, adapter, api, account, peer, window
    ):
        wanted = msgspec.structs.replace(DAY, window=window)
        before = len(peer.ledger)

        with pytest.raises(RequestRefusedError, match="window"):
            list(adapter.read(api, account, wanted))
        assert len(peer.ledger) == before

    def test_counts_another_action_where_a_person_chose_one(self, adapter, api, account):
        wanted = msgspec.structs.replace(DAY, measure="lead")

        rows = list(adapter.read(api, account, wanted))

        assert {row.micros["conversions"] for row in rows} == {0}

    def test_rises_for_twelve_days_and_is_final_then(self, adapter, api, account, peer):
        seen = []
        for age in (0, 5, 12, 13):
            peer.now = lambda age=age: datetime(2026, 11, 10 + age, 12, tzinfo=UTC)
            [row] = adapter.read(api, account, at_level(DAY, "account"))
            seen.append(row.micros["conversions"])

        assert seen[0] < seen[1] < seen[2] == seen[3]


class TestReports:
    def test_are_waited_for(self, adapter, api, account, peer):
        peer.polls = 3
        began = api.now

        rows = list(adapter.read(api, account, DAY))

        assert add_up(rows) == right(peer, LAST, LAST)
        assert timedelta(seconds=9) < api.now - began < timedelta(seconds=10)

    def test_that_do_not_end_are_too_much(self, adapter, api, account, peer):
        peer.polls = 10_000

        with pytest.raises(TooMuchError):
            list(adapter.read(api, account, DAY))
        assert len(peer.asked_of("/9000000")) < 50

    def test_that_fail_may_come_in_halves(self, adapter, api, account, peer):
        peer.longest_days = 15

        with pytest.raises(IncompleteError) as caught:
            list(adapter.read(api, account, MONTH))

        assert caught.value.may_halve
        half = msgspec.structs.replace(MONTH, first=LAST - timedelta(days=14))
        assert add_up(adapter.read(api, account, half)) == right(peer, half.first, half.last)

    @pytest.mark.parametrize(
        "failure",
        [
            ({"async_status": "Job Skipped"}, IncompleteError),
            ({"async_status": "Job Failed", "error_code": 100}, IncompleteError),
            ({"async_status": "Job Failed", "error_code": 4}, ThrottledError),
            ({"async_status": "Job Failed", "error_code": 200}, AccessLostError),
        ],
    )
    def test_that_are_not_made_say_why(self, adapter, api, account, peer, failure):
        told, kind = failure
        peer.faults.append(lambda asked: Reply(told) if asked.path.endswith("/9000000") else None)

        with pytest.raises(kind):
            list(adapter.read(api, account, DAY))

    def test_of_the_streams_are_of_30_days_at_most(self, adapter):
        assert {stream.slice_days for stream in adapter.spec.streams} == {30}

    def test_begin_again_where_meta_fails_for_a_moment(self, adapter, api, account, peer):
        peer.faults.append(
            lambda asked: (
                error(2, "Service temporarily unavailable", status=503)
                if asked.method == "POST"
                else None
            )
        )

        assert add_up(adapter.read(api, account, DAY)) == right(peer, LAST, LAST)


class TestPages:
    def test_are_read_to_the_end(self, adapter, api, account, peer):
        peer.page_rows = 7

        rows = list(adapter.read(api, account, MONTH))

        assert add_up(rows) == right(peer, MONTH.first, MONTH.last)
        assert len(peer.asked_of("/9000000/insights")) == 26

    def test_that_repeat_end_the_slice(self, adapter, api, account, peer):
        peer.page_rows = 7
        list(adapter.read(api, account, MONTH))
        [first, second, *_] = peer.asked_of("/9000000/insights")

        def repeat(asked):
            if "/9000001/insights" in asked.path:
                peer.faults.append(repeat)
                return peer.read_report(first, version="v27.0", report_id="9000001")
            return None

        peer.faults.append(repeat)
        with pytest.raises(PaginationLoopError):
            list(adapter.read(api, account, MONTH))
        assert len(peer.asked_of("/9000001/insights")) == 2
        assert "after" not in first.query
        assert "after" in second.query

    def test_whose_token_dies_are_asked_again_with_one_new_token(self, adapter, api, account, peer):
        peer.page_rows = 7

        def expire(asked):
            # Its clock is ahead: the token ends there while it is good here.
            if asked.path.endswith("/9000000/insights") and "Mjg=" in asked.query.get("after", ""):
                return error(190, "Error validating access token", 463)
            return None

        peer.faults.append(expire)
        rows = list(adapter.read(api, account, MONTH))

        assert add_up(rows) == right(peer, MONTH.first, MONTH.last)
        assert len(peer.asked_of("/oauth/access_token")) == 1


class TestSplit:
    @pytest.mark.parametrize("level", ["campaign", "ad"])
    def test_halves_until_it_comes_and_adds_up_alike(self, adapter, api, account, peer, level):
        whole = list(adapter.read(api, account, at_level(DAY, level)))
        halves = read_in_parts(adapter, api, account, at_level(DAY, level), most=1)

        assert sorted(halves, key=str) == sorted(whole, key=str)
        assert add_up(halves) == right(peer, LAST, LAST)

    def test_names_what_was_deleted_since(self, adapter, api, account, peer):
        peer.page_rows = 1

        first, second = adapter.split(api, account, DAY)

        assert (first.part, second.part) == ("campaign:200101", "campaign:200102,200103")

    def test_cannot_halve_an_account(self, adapter, api, account):
        assert adapter.split(api, account, at_level(DAY, "account")) == ()

    def test_cannot_halve_a_single_ad(self, adapter, api, account):
        one = msgspec.structs.replace(DAY, part="ad:2001101")
        assert adapter.split(api, account, one) == ()


def read_in_parts(adapter, api, account, wanted, *, most):
    """Return the rows of a slice that is halved while it has more than some."""
    rows = list(adapter.read(api, account, wanted))
    if len(rows) <= most:
        return rows
    parts = adapter.split(api, account, wanted)
    assert len(parts) == 2
    return [row for part in parts for row in read_in_parts(adapter, api, account, part, most=most)]


class TestReadTotals:
    def test_are_metas_own_of_each_day(self, adapter, api, account, peer):
        totals = list(adapter.read_totals(api, account, MONTH))

        for day in (MONTH.first, MONTH.last):
            found = {each.measure: each.micros for each in totals if each.date == day}
            assert found == right(peer, day, day)
        assert len(totals) == 30 * 5

    def test_come_in_as_many_reports_as_meta_makes(self, adapter, api, account, peer):
        peer.longest_days = 4
        long = msgspec.structs.replace(MONTH, first=LAST - timedelta(days=39))

        totals = list(adapter.read_totals(api, account, long))

        assert len(totals) == 40 * 5
        assert len({(each.date, each.measure) for each in totals}) == 40 * 5

    def test_of_a_day_that_meta_cannot_give_fail(self, adapter, api, account, peer):
        peer.faults += [lambda _: error(1, "Unknown", status=500)]

        with pytest.raises(TooMuchError):
            list(adapter.read_totals(api, account, DAY))
