"""Whole runs: every day once, in pieces where it is too much, and equal after each failure."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from django.db import DatabaseError

from apps.integrations.metrics.models import DailyMetric
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    PaginationLoopError,
    ThrottledError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing.models import SyncRun
from apps.integrations.syncing.operations import keeping
from apps.integrations.syncing.operations.starting import has_due
from omnify.events.models import Outbox
from tests.apps.integrations.platforms.remembered import ACCOUNT, Remembered, days, metric
from tests.world import run_jobs

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
UNTIL = datetime(2026, 11, 25, 18, tzinfo=UTC)
OTHER = msgspec.structs.replace(ACCOUNT, id="a2", name="Shop Ltd")


def day(back):
    return (TODAY - timedelta(days=back)).isoformat()


def counts(run):
    return run["rows"]["new"], run["rows"]["changed"], run["rows"]["unchanged"]


class TestFirstRun:
    def test_brings_each_day_once(self, syncs):
        run = syncs.run()

        assert (run["state"], run["error"]) == ("succeeded", None)
        assert syncs.rows == {("account", "a1", day(back)): 1_000_000 for back in range(30)}
        assert counts(run) == (30, 0, 0)
        assert run["slices"] == {"done": 1, "total": 1, "failed": 0}

    def test_lets_the_rows_count(self, syncs):
        syncs.run()

        answer = syncs.client.get(syncs.path).json()
        assert answer["complete_levels"] == {"spend": "account"}
        assert DailyMetric.counted().count() == 30
        [event] = Outbox.objects.filter(topic="integrations.metrics.changed")
        assert f'"first_date":"{day(29)}","last_date":"{day(0)}"' in bytes(event.payload).decode()

    def test_counts_its_requests_as_it_goes_on(self, syncs, platform):
        stream = StreamSpec(name="metrics", level="account", slice_days=10)
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))

        def rows(api, account, wanted):
            api.calls += 2
            yield from Remembered.rows(platform, api, account, wanted)

        platform.rows = rows
        seen = []
        run_id = syncs.start().json()["id"]
        syncs.go(run_id, lambda *_: seen.append(syncs.show(run_id)["calls"]))

        assert seen == [0, 2, 4]

    def test_leaves_the_open_day_provisional(self, syncs):
        syncs.run()

        [row] = DailyMetric.objects.filter(is_provisional=True)
        assert row.date == TODAY

    def test_asks_the_newest_days_first(self, syncs, platform):
        platform.spec = msgspec.structs.replace(
            platform.spec, streams=(StreamSpec(name="metrics", level="account", slice_days=10),)
        )
        syncs.run()

        assert syncs.days == [(day(9), day(0)), (day(19), day(10)), (day(29), day(20))]

    @pytest.mark.django_db(transaction=True)
    def test_happens_by_its_job(self, syncs):
        run_id = syncs.start().json()["id"]

        # That of the run, and no other.
        assert [job.state for job in run_jobs("integrations")] == ["succeeded"]
        assert syncs.show(run_id)["state"] == "succeeded"


class TestLaterRun:
    def test_changes_nothing_where_nothing_changed(self, syncs):
        syncs.run()
        syncs.wait(hours=6)
        run = syncs.run()

        assert syncs.days == [(day(1), day(0))]
        assert counts(run) == (0, 0, 2)
        assert Outbox.objects.filter(topic="integrations.metrics.changed").count() == 1

    def test_finds_what_rises_for_days(self, syncs, platform):
        """A day's number rises for twelve days; what is kept in the end is the last."""
        platform.spend = lambda _, when: min(12, (datetime.now(UTC).date() - when).days) + 1
        syncs.run()
        for _ in range(14):
            syncs.wait(days=1)
            syncs.run()

        assert syncs.rows["account", "a1", day(0)] == 13
        kept = DailyMetric.objects.get(date=TODAY)
        assert not kept.is_provisional

    def test_takes_away_what_is_no_more_and_keeps_credits(self, syncs, platform):
        syncs.run()
        syncs.wait(hours=6)
        platform.spend = lambda _, when: None if when == TODAY else -5
        run = syncs.run()

        assert run["rows"] == {"new": 0, "changed": 1, "unchanged": 0, "removed": 1}
        assert syncs.rows["account", "a1", day(1)] == -5
        assert ("account", "a1", day(0)) not in syncs.rows

    @pytest.mark.parametrize(
        "change", [{"shape": "2"}, {"window": "1d_click"}, {"measure": "purchase"}]
    )
    def test_asks_history_again_once_where_the_question_is_another(self, syncs, platform, change):
        syncs.run()
        if "shape" in change:
            stream = StreamSpec(name="metrics", level="account", **change)
            platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))
        else:
            syncs.client.patch(syncs.path, change, format="json")

        syncs.run()
        assert syncs.days == [(day(29), day(0))]
        syncs.run()
        assert syncs.days == [(day(1), day(0))]
        window = change.get("window", "")
        assert set(DailyMetric.objects.values_list("window", flat=True)) == {window}

    def test_keeps_what_the_platform_has_forgotten(self, syncs, platform):
        syncs.choose("a1", depth="all")
        platform.spec = msgspec.structs.replace(platform.spec, history_days=60)
        syncs.run()
        syncs.wait(days=40)
        platform.spend = lambda _, when: 7 if when > TODAY - timedelta(days=19) else None
        syncs.run(**{"from": "2020-01-01"})

        assert min(first for first, _ in syncs.days) == day(19)
        assert syncs.rows["account", "a1", day(20)] == 1_000_000
        assert syncs.rows["account", "a1", day(18)] == 7

    @pytest.mark.parametrize(
        ("zone", "moment", "last"),
        [
            ("Pacific/Auckland", "2026-11-25T11:30", "2026-11-26"),
            ("Pacific/Midway", "2026-11-25T09:00", "2026-11-24"),
            # The clock is put back, and forward.
            ("Europe/Berlin", "2026-10-25T22:30", "2026-10-25"),
            ("Europe/Berlin", "2026-03-28T23:30", "2026-03-29"),
        ],
    )
    def test_asks_the_days_of_the_account_s_zone(self, syncs, platform, zone, moment, last):
        platform.accounts = [msgspec.structs.replace(ACCOUNT, timezone=zone)]
        syncs.go_to(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        syncs.see_accounts()
        syncs.run()

        first = date.fromisoformat(last) - timedelta(days=29)
        assert syncs.days == [(first.isoformat(), last)]
        assert len(syncs.rows) == 30


class TestSlices:
    def test_that_are_too_much_come_in_halves(self, syncs, platform):
        def rows(api, account, wanted):
            if wanted.days > 8:
                raise TooMuchError("half of it, please")
            yield from Remembered.rows(platform, api, account, wanted)

        platform.rows = rows
        run = syncs.run()

        assert len(syncs.rows) == 30
        assert counts(run) == (30, 0, 0)

    def test_of_a_day_come_by_parts_of_their_entities(self, syncs, platform):
        """40,000 rows of one day, of which an answer holds 15,000."""
        ads = [str(number) for number in range(400)]

        def part_of(wanted):
            begin, end = map(int, wanted.part.split("-")) if wanted.part else (0, len(ads))
            return begin, end

        def rows(_, account, wanted):
            begin, end = part_of(wanted)
            if wanted.days * (end - begin) > 150:
                raise IncompleteError("cut", may_halve=True)
            for when in days(wanted.first, wanted.last):
                for ad in ads[begin:end]:
                    yield metric(account, "ad", when, 1, entity_id=ad)

        def split(_, __, wanted):
            begin, end = part_of(wanted)
            middle = (begin + end) // 2
            return tuple(
                msgspec.structs.replace(wanted, part=f"{first}-{last}")
                for first, last in ((begin, middle), (middle, end))
            )

        stream = StreamSpec(name="metrics", level="ad")
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))
        platform.rows, platform.split = rows, split
        syncs.run(**{"from": day(1), "to": day(0)})

        assert len(syncs.rows) == 800

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"day": TODAY + timedelta(days=1)}, "2026-11-26"),
            ({"level": "ad"}, "level ad"),
            ({"twice": True}, "same row twice"),
        ],
    )
    def test_with_rows_that_were_not_asked_are_refused(self, syncs, platform, row, words):
        def rows(_, account, wanted):
            for _ in range(2 if row.get("twice") else 1):
                level = row.get("level", wanted.level)
                yield metric(account, level, row.get("day", TODAY), 1)

        platform.rows = rows
        run = syncs.run()

        assert (run["state"], run["error"]["code"]) == ("failed", "answer_malformed")
        assert words in run["error"]["message"]
        assert syncs.rows == {}

    def test_that_fail_leave_the_others(self, syncs, platform):
        stream = StreamSpec(name="metrics", level="account", slice_days=10)
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))

        def rows(api, account, wanted):
            if wanted.last.isoformat() == day(10):
                raise IncompleteError("less than was said")
            yield from Remembered.rows(platform, api, account, wanted)

        platform.rows = rows
        run = syncs.run()

        assert (run["state"], run["error"]["code"]) == ("failed", "incomplete_result")
        assert run["slices"] == {"done": 2, "total": 3, "failed": 1}
        assert len(syncs.rows) == 20

        del platform.rows
        answer = syncs.client.post(f"/api/integrations/sync-runs/{run['id']}/retry")
        assert answer.status_code == 202
        assert syncs.go(run["id"])["state"] == "succeeded"
        assert syncs.days == [(day(19), day(10))]
        assert len(syncs.rows) == 30


class TestFailures:
    def test_of_access_leave_the_rows_and_the_other_accounts(self, syncs, platform):
        platform.accounts = [ACCOUNT, OTHER]
        syncs.see_accounts()
        syncs.choose("a1", "a2")
        syncs.run()
        syncs.wait(days=1)

        def rows(api, account, wanted):
            if account.id == "a1":
                raise AccessLostError("The role was taken away.", request_id="req-7")
            yield from Remembered.rows(platform, api, account, wanted)

        platform.rows = rows
        run = syncs.run()

        assert (run["state"], run["error"]["code"]) == ("failed", "access_lost")
        assert run["error"]["request_id"] == "req-7"
        assert len([key for key in syncs.rows if key[1] == "a1"]) == 30
        assert len([key for key in syncs.rows if key[1] == "a2"]) == 31

    @pytest.mark.parametrize(
        ("refusal", "code"),
        [
            (UnreachableError("No answer."), "platform_unreachable"),
            (PaginationLoopError("A page came twice."), "pagination_loop"),
            (VersionEndedError("v1 is over."), "version_ended"),
        ],
    )
    def test_of_the_platform_end_the_run_and_it_comes_again(self, syncs, platform, refusal, code):
        def rows(*_):
            raise refusal

        platform.rows = rows
        run = syncs.run()

        assert (run["state"], run["error"]["code"]) == ("failed", code)
        assert len(platform.asked) == 1
        [event] = Outbox.objects.filter(topic="integrations.sync.failed")
        assert code in bytes(event.payload).decode()
        syncs.connection.refresh_from_db()
        waits = syncs.connection.next_sync_at - datetime.now(UTC)
        assert waits == timedelta(days=1) if code == "version_ended" else timedelta(hours=1)

    def test_of_quotas_wait_and_go_on_where_they_were(self, syncs, platform):
        stream = StreamSpec(name="metrics", level="account", slice_days=10)
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))

        def rows(api, account, wanted):
            if len(platform.asked) == 2:
                raise ThrottledError("Spent.", until=UNTIL)
            yield from Remembered.rows(platform, api, account, wanted)

        platform.rows = rows
        run = syncs.run()
        assert (run["state"], run["resume_at"]) == ("waiting_for_quota", "2026-11-25T18:00:00Z")
        assert syncs.start().json()["id"] == run["id"]

        del platform.rows
        syncs.wait(hours=5)
        assert not has_due(datetime.now(UTC))
        syncs.wait(hours=1)
        syncs.look()
        assert syncs.show(run["id"])["state"] == "queued"
        syncs.go(run["id"])
        assert syncs.days == [(day(19), day(10)), (day(29), day(20))]
        assert len(syncs.rows) == 30

    def test_between_rows_and_cursor_leave_neither(self, syncs, monkeypatch):
        def fail(*_):
            raise DatabaseError("disk full")

        with monkeypatch.context() as patch:
            patch.setattr(keeping, "_move_cursor", fail)
            with pytest.raises(DatabaseError):
                syncs.run()

        assert syncs.rows == {}
        assert syncs.account().cursors.count() == 0
        [run] = SyncRun.objects.all()
        assert (run.state, run.error_code) == ("failed", "sync_failed")
        syncs.run()
        assert len(syncs.rows) == 30

    def test_of_the_process_are_gone_on_from(self, syncs, monkeypatch):
        """The process dies after some batches; its job begins again."""
        monkeypatch.setattr(keeping, "BATCH_ROWS", 4)
        run_id = syncs.start().json()["id"]
        kept = []
        replace = keeping._replace

        def dying(*arguments):
            if len(kept) == 3:
                raise KeyboardInterrupt
            replace(*arguments)
            kept.append(arguments)

        with monkeypatch.context() as patch:
            patch.setattr(keeping, "_replace", dying)
            with pytest.raises(KeyboardInterrupt):
                syncs.go(run_id)
        assert len(syncs.rows) == 12
        assert SyncRun.objects.get().state == "running"

        run = syncs.go(run_id)
        assert (run["state"], len(syncs.rows)) == ("succeeded", 30)
        assert counts(run) == (30, 0, 12)
