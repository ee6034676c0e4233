"""Schedules request their jobs once for each time, whoever looks."""

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omnify.context import Context, use
from omnify.db import atomic
from omnify.jobs import Cron, JobInput, definitions, job
from omnify.jobs import schedules as module
from omnify.jobs.models import Job, Schedule
from omnify.jobs.operations import JobRequestError
from omnify.jobs.schedules import (
    ScheduleNotFoundError,
    declare_schedules,
    get_schedule,
    pause_schedule,
    put_schedule,
    remove_schedule,
    remove_schedules,
    request_due,
    resume_schedule,
)
from tests.apps.auth.test_admin import CREDENTIALS
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db(transaction=True)
DAILY = Cron("0 12 * * *", "Europe/Berlin")
#: One moment for all, since times of jobs are told apart by their minutes.
DUE_AT = timezone.now() - timedelta(days=3)


class Report(JobInput):
    kind: ClassVar[str] = "auth.report"

    name: str = "x"


@pytest.fixture
def organization():
    with use(Context(organization_id=uuid4())) as context:
        yield context


def put(name="daily", cron=DAILY, asked=None):
    with atomic("auth"):
        return put_schedule(name, asked or Report(), cron)


def make_due():
    Schedule.objects.update(next_at=DUE_AT)


@pytest.mark.usefixtures("organization")
class TestPutSchedule:
    def test_changes_the_one_of_its_name_and_keeps_a_next_time(self):
        put()
        make_due()
        due_at = Schedule.objects.get().next_at

        assert put(asked=Report(name="y")).next_at == due_at
        assert put(cron=Cron("0 13 * * *")).next_at > timezone.now()
        assert Schedule.objects.count() == 1

    def test_needs_a_transaction(self):
        with pytest.raises(JobRequestError, match="inside atomic"):
            put_schedule("daily", Report(), DAILY)


@pytest.mark.usefixtures("organization")
class TestScheduleOfAnOrganization:
    def test_is_no_others(self):
        put()
        with use(Context(organization_id=uuid4())):
            for act in (get_schedule, pause_schedule, resume_schedule, remove_schedule):
                with pytest.raises(ScheduleNotFoundError):
                    act("auth", "daily")
            assert remove_schedules("auth") == 0

        remove_schedule("auth", "daily")
        assert not Schedule.objects.exists()

    def test_goes_with_it(self):
        put()
        put("other")

        assert remove_schedules("auth") == 2

    def test_requests_nothing_while_it_is_paused(self):
        put()
        make_due()
        pause_schedule("auth", "daily")

        assert get_schedule("auth", "daily").next_at is None
        assert request_due("auth", timezone.now()) == 0
        assert resume_schedule("auth", "daily").next_at > timezone.now()


class TestRequestDue:
    def test_makes_one_job_of_all_that_was_missed(self, organization):
        put()
        make_due()
        now = timezone.now()

        assert (request_due("auth", now), request_due("auth", now)) == (1, 0)
        assert Job.objects.get().organization_id == organization.organization_id
        assert Schedule.objects.get().next_at == DAILY.next_after(now)

    @pytest.mark.usefixtures("organization")
    def test_makes_none_where_its_process_dies_before_the_next_time_is_kept(self, monkeypatch):
        put()
        make_due()
        with monkeypatch.context() as patch:
            patch.setattr(type(Schedule.objects.all()), "bulk_update", _die)
            with pytest.raises(KeyboardInterrupt):
                request_due("auth", timezone.now())
        assert not Job.objects.exists()

        request_due("auth", timezone.now())
        assert Job.objects.count() == 1

    @pytest.mark.usefixtures("organization")
    def test_pauses_what_has_no_zone_any_more_and_goes_on_with_the_rest(self):
        put()
        put("other")
        Schedule.objects.filter(name="daily").update(zone="Mars/Base")
        make_due()
        request_due("auth", timezone.now())

        assert Schedule.objects.get(paused=True).name == "daily"
        assert Job.objects.count() == 1

    @pytest.mark.usefixtures("organization")
    def test_takes_as_many_queries_for_a_full_batch_as_for_one(self, monkeypatch):
        # SQLite inserts at most 999 values by one statement.
        monkeypatch.setattr(module, "BATCH", 30)
        counts = []
        for many in (1, 30):
            for number in range(many):
                put(f"{many} {number}")
            make_due()
            while True:
                with CaptureQueriesContext(connections["default"]) as queries:
                    if not request_due("auth", timezone.now()):
                        break
                counts.append(len(queries))

        assert len(set(counts)) == 1
        assert len(queries) == 1
        # The first was due twice at one time, which is one job.
        assert Job.objects.count() == 31


class TestOnlyIf:
    @pytest.mark.parametrize("has_work", [True, False])
    def test_leaves_no_job_where_there_is_nothing_to_do(self, monkeypatch, has_work):
        asked = []

        def only_if(now):
            asked.append(now)
            return has_work

        monkeypatch.setitem(definitions._definitions, Report.kind, None)
        job(Report, schedule=DAILY, only_if=only_if)(print)
        declare_schedules("auth")
        mine = Schedule.objects.filter(kind=Report.kind)
        mine.update(next_at=timezone.now() - timedelta(days=3))
        now = timezone.now()
        request_due("auth", now)

        assert asked == [now]
        assert Job.objects.filter(kind=Report.kind).count() == has_work
        assert mine.get().next_at > now


class TestScheduleAdmin:
    def test_pauses_and_resumes(self, client, registered, organization):
        call_command("staff", "add", REGISTRATION["email"], verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)
        put()
        chosen = {"_selected_action": [str(Schedule.objects.get().id)]}
        url = "/admin/omnify_jobs/schedule/"

        client.post(url, {"action": "pause", **chosen})
        assert Schedule.objects.get().paused
        client.post(url, {"action": "resume", **chosen})
        assert not Schedule.objects.get().paused
        assert "daily" in client.get(url).content.decode()


def _die(*_args, **_options):
    raise KeyboardInterrupt
