"""How fresh a connection is, which measures come, and whether the sums are the platform's."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from apps.integrations.connections.states import SyncFacts
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    ThrottledError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.specs import StreamSpec
from tests.apps.integrations.platforms.remembered import Remembered, metric
from tests.apps.integrations.requests import own_queries

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
UNTIL = datetime(2026, 11, 25, 18, tzinfo=UTC)
LEVELS = (StreamSpec(name="metrics", level="account"), StreamSpec(name="metrics", level="ad"))


def get(syncs, what, query=""):
    answer = syncs.client.get(f"{syncs.path}/{what}{query}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def fail_with(platform, refusal):
    def rows(*_):
        raise refusal

    platform.rows = rows


class TestFreshness:
    def test_says_to_which_day_each_stream_is_whole(self, syncs):
        syncs.run()

        found = get(syncs, "freshness")
        assert (found["state"], found["sentence"]) == (
            "healthy",
            "Complete to 24 November 2026.",
        )
        [stream] = found["streams"]
        assert (stream["first_date"], stream["last_date"]) == ("2026-10-27", "2026-11-24")
        assert (stream["days"], stream["wanted_days"]) == (30, 30)

    def test_counts_the_days_of_a_backfill(self, syncs, platform):
        stream = StreamSpec(name="metrics", level="account", slice_days=10)
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))

        def report(done, *_):
            if done == 1:
                found = get(syncs, "freshness")
                assert found["state"] == "backfilling"
                assert found["sentence"].startswith("10 of 30 days")

        syncs.go(syncs.start().json()["id"], report)
        assert get(syncs, "freshness")["state"] == "healthy"

    @pytest.mark.parametrize(
        ("refusal", "state", "action"),
        [
            (UnreachableError("No answer."), "late", "sync"),
            (VersionEndedError("v1 is over."), "version_ended", ""),
            (AccessLostError("Gone."), "access_lost", "choose_accounts"),
            (IncompleteError("Cut."), "degraded", "retry"),
            (ThrottledError("Spent.", until=UNTIL), "waiting_for_quota", ""),
        ],
    )
    def test_says_what_is_wrong_and_what_helps(self, syncs, platform, refusal, state, action):
        fail_with(platform, refusal)
        syncs.run()

        row = syncs.client.get(syncs.path).json()
        assert (row["state"], row["action"]) == (state, action)
        assert row["sentence"]

        del platform.rows
        syncs.wait(hours=7)
        syncs.look()
        run_id = syncs.start().json()["id"]
        syncs.go(run_id)
        assert syncs.client.get(syncs.path).json()["state"] == "healthy"

    def test_of_a_new_connection_asks_for_its_accounts(self, syncs):
        syncs.choose()

        found = get(syncs, "freshness")
        assert (found["state"], found["action"]) == ("connecting", "choose_accounts")

    def test_says_that_the_first_numbers_come_once_accounts_are_chosen(self, syncs):
        found = get(syncs, "freshness")

        assert (found["state"], found["action"]) == ("backfilling", "")
        assert found["sentence"] == "The first numbers come within minutes."

    def test_of_a_list_needs_one_query(self, syncs):
        syncs.run()
        client = syncs.client
        with own_queries(1):
            client.get("/api/integrations/connections")

    def test_reads_what_it_keeps(self):
        facts = SyncFacts(error="x", failed=("metrics ad",), whole_to=TODAY, resume_at=UNTIL)

        assert msgspec.convert(msgspec.to_builtins(facts), SyncFacts) == facts


class TestFields:
    def test_say_what_comes_at_each_level_and_why_not(self, syncs, platform):
        platform.spec = msgspec.structs.replace(platform.spec, streams=LEVELS)

        def rows(api, account, wanted):
            for row in Remembered.rows(platform, api, account, wanted):
                reasons = {"clicks": "unsupported_at_level"} if wanted.level == "ad" else {}
                yield msgspec.structs.replace(row, reasons=reasons)

        platform.rows = rows
        syncs.run()

        found = {
            (row["measure"], row["level"]): row["state"] for row in get(syncs, "fields")["results"]
        }
        assert found == {
            ("spend", "account"): "available",
            ("spend", "ad"): "available",
            ("clicks", "account"): "unknown",
            ("clicks", "ad"): "unsupported_at_level",
        }

    def test_that_do_not_come_are_null(self, syncs):
        syncs.run()

        [row] = syncs.connection.dailymetric_rows.filter(date=TODAY)
        assert (row.spend_micros, row.clicks_micros) == (1_000_000, None)


class TestReconciliation:
    def test_has_ours_beside_theirs(self, syncs):
        syncs.run()

        found = get(syncs, "reconciliation", "?from=2026-11-24&to=2026-11-25")
        assert found["totals_disagree"] == 0
        assert [(row["date"], row["ours"], row["theirs"]) for row in found["days"]] == [
            ("2026-11-24", 1_000_000, 1_000_000),
            ("2026-11-25", 1_000_000, 1_000_000),
        ]
        assert [row["is_provisional"] for row in found["days"]] == [False, True]

    def test_tolerates_no_millionth_of_a_day_that_is_over(self, syncs, platform):
        platform.totals = lambda _, when: (
            1_000_001 if when >= TODAY - timedelta(days=1) else 1_000_000
        )
        run = syncs.run()

        assert (run["state"], run["disagreements"]) == ("succeeded", 1)
        assert get(syncs, "reconciliation")["totals_disagree"] == 1
        assert get(syncs, "freshness")["state"] == "degraded"

    def test_sees_a_day_that_is_not_here(self, syncs, platform):
        hidden = TODAY - timedelta(days=3)
        platform.spend = lambda _, when: None if when == hidden else 1_000_000
        platform.totals = lambda *_: 1_000_000

        assert syncs.run()["disagreements"] == 1

    def test_has_also_what_a_run_read_that_was_ended_before_it_compared(self, syncs, platform):
        def die(*_):
            raise KeyboardInterrupt

        platform.totals = die
        run_id = syncs.start().json()["id"]
        with pytest.raises(KeyboardInterrupt):
            syncs.go(run_id)
        syncs.client.post(f"/api/integrations/sync-runs/{run_id}/cancel")
        platform.totals = lambda *_: 2_000_000

        # It asks two days again, and the sums of all.
        assert syncs.run()["disagreements"] == 29
        syncs.wait(hours=6)
        assert syncs.run()["disagreements"] == 1

    def test_adds_up_the_level_of_sums_alone(self, syncs, platform):
        platform.spec = msgspec.structs.replace(platform.spec, streams=LEVELS, complete_level="ad")

        def rows(_, account, wanted):
            entities = ("x", "y") if wanted.level == "ad" else ("",)
            for entity in entities:
                yield metric(account, wanted.level, TODAY, 3, entity_id=entity)

        platform.rows = rows
        platform.totals = lambda _, when: 6 if when == TODAY else None
        syncs.run()

        [row] = get(syncs, "reconciliation")["days"]
        assert (row["ours"], row["theirs"]) == (6, 6)


class TestProbe:
    def test_tells_whose_connection_it_is(self, syncs):
        found = syncs.client.post(f"{syncs.path}/probe").json()

        assert (found["answers"], found["account_name"]) == (True, "Shop GmbH")

    def test_tells_what_the_platform_refused(self, syncs, platform):
        platform.accounts = []

        found = syncs.client.post(f"{syncs.path}/probe").json()
        assert (found["answers"], found["code"]) == (False, "access_lost")
