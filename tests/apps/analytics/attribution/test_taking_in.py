"""Touchpoints are kept as integrations has them, however often it is told."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.analytics.attribution.models import STEP, StoredTouchpoint, TouchedSource
from apps.analytics.attribution.operations import TOUCHPOINTS
from apps.analytics.store.operations import SliceMovedError
from apps.analytics.store.queries.slices import SLICE_ROWS, Slice
from apps.integrations.contract import TouchpointsChanged
from apps.integrations.models import Connection
from apps.integrations.webhooks.operations.erasing import erase_customers
from omnify.context import Context, use
from omnify.db import atomic
from omnify.events.dispatch import dispatch
from omnify.events.models import Delivery
from omnify.jobs.models import Job
from tests.apps.analytics.attribution.conftest import PATHS, TOUCHES, bring
from tests.apps.integrations.requests import send
from tests.factories.auth import make_organization
from tests.factories.store import settle
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "day,path,n,worth,lost\n2026-01-01,tv > web > tv,2,5,1\n2026-01-02,web,0,,\n"


def kept():
    rows = StoredTouchpoint.unscoped.order_by("date", "path")
    return list(rows.values_list("date", "path", "conversions_micros", "nulls_micros"))


def run(action):
    said = StringIO()
    call_command("analytics", action, stdout=said)
    return said.getvalue()


@pytest.fixture
def inside(owner):
    with use(Context(organization_id=owner.organization_id)):
        yield owner


class TestTakingIn:
    def test_brings_what_a_file_has(self, owner):
        bring(owner, FILE, PATHS)

        assert kept() == [
            (date(2026, 1, 1), STEP.join(("tv", "web", "tv")), 2_000_000, 1_000_000),
            (date(2026, 1, 2), "web", 0, None),
        ]
        assert TouchedSource.unscoped.get().as_of == Connection.unscoped.get().changed_at
        assert "0 differences" in run("verify")

    def test_is_the_same_when_it_is_told_again(self, owner):
        bring(owner, FILE, PATHS)
        before = kept()
        told = Delivery.objects.filter(subscriber="analytics", topic=TouchpointsChanged.topic)
        told.update(state="new")
        dispatch("default", "analytics")

        assert kept() == before
        assert TouchedSource.unscoped.get().generation == 2

    def test_takes_back_what_is_undone(self, owner):
        bring(owner, FILE, PATHS)
        again = bring(owner, FILE + "2026-01-03,mail,1,1,1\n", PATHS)
        owner.delete(f"/api/integrations/imports/{again['import_id']}")
        settle()

        assert len(kept()) == 2
        assert "0 differences" in run("verify")

    def test_forgets_a_connection_that_is_removed(self, owner):
        bring(owner, FILE, PATHS)
        owner.delete(f"/api/integrations/connections/{Connection.unscoped.get().id}")
        settle()

        assert kept() == []

    def test_is_of_one_organization(self, owner, client_for, make_principal):
        other = client_for(make_principal(organization_id=make_organization().id))
        bring(owner, FILE, PATHS)
        bring(other, FILE, PATHS)

        with use(Context(organization_id=owner.organization_id)):
            assert StoredTouchpoint.objects.count() == 2
        assert StoredTouchpoint.unscoped.count() == 4

    def test_refuses_what_was_fetched_before_another_wrote(self, inside):
        send(inside, FILE, PATHS)
        wanted = Slice(Connection.unscoped.get().id, date.min, date.max)
        early = TOUCHPOINTS.fetch(wanted)
        TOUCHPOINTS.take_in_part(wanted)

        with pytest.raises(SliceMovedError), atomic("analytics"):
            TOUCHPOINTS.take_in(wanted, early)

    def test_of_much_goes_on_in_a_job(self, owner):
        rows = [
            f"2026-01-0{day},c{number} > d,1,,\n"
            for day in (1, 2, 3)
            for number in range(SLICE_ROWS // 2 + 100)
        ]
        send(owner, "day,path,n,worth,lost\n" + "".join(rows), PATHS)
        deliver()
        job = Job.objects.get(kind="analytics.take_in_touchpoints")
        assert (len(kept()), TouchedSource.unscoped.get().as_of) == (2600, None)
        settle()

        job.refresh_from_db()
        assert (job.state, len(kept())) == ("succeeded", len(rows))
        assert "0 differences" in run("verify")


class TestErasing:
    def test_leaves_touches_that_are_nobody_s(self, inside):
        bring(inside, "at,who,via\n2026-01-01,ann,tv\n2026-01-01,bob,web\n", TOUCHES)
        ann = StoredTouchpoint.objects.get(path="tv").customer
        with atomic("integrations"):
            erase_customers(Connection.unscoped.get(), [ann])
        settle()

        assert StoredTouchpoint.objects.get(path="tv").customer == ""
        assert StoredTouchpoint.objects.get(path="web").customer
        assert "0 differences" in run("verify")


class TestCommand:
    def test_fills_what_was_there_before(self, owner):
        send(owner, FILE, PATHS)
        with pytest.raises(CommandError, match="2 differences"):
            run("verify")
        run("backfill")

        assert len(kept()) == 2
        assert "0 differences" in run("verify")

    def test_names_days_that_differ(self, owner):
        bring(owner, FILE, PATHS)
        StoredTouchpoint.unscoped.filter(path="web").update(conversions_micros=1)
        said = StringIO()
        with pytest.raises(CommandError, match="1 differences"):
            call_command("analytics", "verify", stdout=said)

        assert (
            "2026-01-02: 1 touchpoints are missing, and 1 are not in integrations"
            in said.getvalue()
        )
