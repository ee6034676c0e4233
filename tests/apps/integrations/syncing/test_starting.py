"""Runs are begun when they are due or asked for, one of a connection at a time, and ended."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing.models import SyncRun
from apps.integrations.syncing.operations.starting import has_due
from omnify.jobs.models import Job
from omnify.jobs.steps import JobCancelledError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


class TestCancelRun:
    def test_keeps_what_came_and_brings_no_more(self, syncs, platform):
        stream = StreamSpec(name="metrics", level="account", slice_days=10)
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))
        run_id = syncs.start().json()["id"]

        def report(done, *_):
            if done == 1:
                path = f"/api/integrations/sync-runs/{run_id}/cancel"
                assert syncs.client.post(path).status_code == 200

        with pytest.raises(JobCancelledError):
            syncs.go(run_id, report)

        assert syncs.show(run_id)["state"] == "cancelled"
        assert len(syncs.rows) == 10
        again = syncs.client.post(f"/api/integrations/sync-runs/{run_id}/cancel")
        assert (again.status_code, again.json()["code"]) == (409, "sync_run_state")


class TestStartDue:
    def test_begins_what_is_due_once(self, syncs):
        syncs.connection.refresh_from_db()
        now = datetime.now(UTC)
        assert has_due(now)
        assert syncs.look() == 1
        assert not has_due(now)
        assert Job.objects.filter(kind="integrations.sync_connection").count() == 1

    def test_begins_nothing_of_a_paused_connection(self, syncs):
        syncs.client.post(f"{syncs.path}/pause")

        assert not has_due(datetime.now(UTC))
        refused = syncs.start()
        assert (refused.status_code, refused.json()["code"]) == (409, "connection_paused")

    def test_leaves_nothing_due_of_a_connection_that_was_resumed(self, syncs):
        syncs.client.post(f"{syncs.path}/pause")
        syncs.client.post(f"{syncs.path}/resume")

        assert not has_due(datetime.now(UTC))
        assert SyncRun.objects.get().state == "queued"

    def test_ends_a_run_whose_job_is_gone(self, syncs):
        run_id = syncs.start().json()["id"]
        Job.objects.update(state="failed", finished_at=datetime.now(UTC))
        syncs.wait(minutes=6)
        syncs.look()

        assert syncs.show(run_id)["error"]["code"] == "sync_failed"


class TestStartSync:
    def test_answers_with_the_run_that_is_under_way(self, syncs):
        first, second = syncs.start(), syncs.start()

        assert (first.status_code, second.status_code) == (202, 202)
        assert first.json()["id"] == second.json()["id"]
        runs = syncs.client.get("/api/integrations/sync-runs").json()["results"]
        assert [run["state"] for run in runs] == ["queued"]

    def test_tells_of_a_dry_run_what_it_would_ask(self, syncs):
        answer = syncs.start(dry_run=True, **{"from": "2026-08-01"})

        assert answer.status_code == 200
        assert answer.json() == {"slices": 4, "from": "2026-08-01", "to": TODAY.isoformat()}
        assert SyncRun.objects.count() == 0

    @pytest.mark.parametrize(
        ("wanted", "status", "code"),
        [
            ({"from": "2026-11-02", "to": "2026-11-01"}, 422, "sync_range_invalid"),
            (
                {"from": "2026-11-02", "to": "2026-11-01", "dry_run": True},
                422,
                "sync_range_invalid",
            ),
            ({"levels": ["account", "galaxy"]}, 400, "invalid_input"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, syncs, wanted, status, code):
        answer = syncs.start(**wanted)

        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_needs_an_account(self, syncs):
        syncs.choose()

        answer = syncs.start()
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_sync")
