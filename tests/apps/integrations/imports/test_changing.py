"""A change is made in small steps: others write in between, and any process carries on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from apps.integrations.imports.layers import merging
from apps.integrations.imports.operations import changing, finishing
from apps.integrations.imports.operations.tidying import finish_left_behind
from apps.integrations.models import Change, CsvImport, DailyMetric, LayerChunk
from omnify.events.models import Outbox
from omnify.idempotency.models import KeptAnswer
from tests.apps.integrations.requests import send, spend_of

pytestmark = pytest.mark.django_db(transaction=True)
CHANNELS = {"date": "day", "currency": "EUR", "channel": "name", "spend": "spend"}
FIRST = "".join(f"2026-01-{day:02},tv,1\n" for day in range(1, 21))
SECOND = "".join(f"2026-01-{day:02},tv,2\n" for day in range(1, 21))
HEAD = "day,name,spend\n"


class KilledError(BaseException):
    pass


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(merging, "WINDOW_ROWS", 5)
    monkeypatch.setattr(changing, "STEP_ROWS", 3)
    monkeypatch.setattr(finishing, "STEP_ROWS", 3)


def before_step(monkeypatch, number, happens):
    """Let something happen before the n-th step of changes, and before none after it."""
    original, steps = changing.move, []

    def move(change, **fields):
        steps.append(change)
        if len(steps) == number:
            happens()
        original(change, **fields)

    monkeypatch.setattr(changing, "move", move)
    monkeypatch.setattr(finishing, "move", move)
    return steps


def kill():
    raise KilledError


def die_at(client, step, text=SECOND, **options):
    """Let the process that imports a file die before a step."""
    with pytest.MonkeyPatch.context() as patch:
        before_step(patch, step, kill)
        with pytest.raises(KilledError):
            send(client, HEAD + text, CHANNELS, **options)


@pytest.mark.parametrize("step", [1, 4, 9, 10])
class TestDeadProcess:
    def test_changes_nothing_that_is_seen(self, registered, step):
        send(registered, HEAD + FIRST, CHANNELS)

        die_at(registered, step)

        assert spend_of(registered)["spend"] == "20.00"
        assert len(registered.get("/api/integrations/imports").json()["results"]) == 1

    def test_is_replaced_by_the_next_import(self, registered, step):
        send(registered, HEAD + FIRST, CHANNELS)
        die_at(registered, step)

        send(registered, HEAD + "2026-01-20,tv,7\n", CHANNELS)

        assert spend_of(registered)["spend"] == "45.00"
        assert DailyMetric.unscoped.count() == 20
        assert not Change.unscoped.exists()
        assert Outbox.objects.filter(topic="integrations.metrics.changed").count() == 3

    def test_is_replaced_by_the_same_request(self, registered, step):
        send(registered, HEAD + FIRST, CHANNELS)
        headers = {"idempotency-key": "second"}
        die_at(registered, step, headers=headers)

        answer = send(registered, HEAD + SECOND, CHANNELS, headers=headers)

        assert (answer.status_code, answer.json()["unchanged"]) == (201, False)
        assert spend_of(registered)["spend"] == "40.00"
        assert CsvImport.unscoped.count() == 2
        assert KeptAnswer.objects.filter(key="second").count() == 1

    def test_is_replaced_at_night(self, registered, step):
        send(registered, HEAD + FIRST, CHANNELS)
        die_at(registered, step)
        now = datetime.now(UTC)

        assert finish_left_behind(now) == 0
        assert finish_left_behind(now + timedelta(hours=3)) == 1
        assert spend_of(registered)["spend"] == "40.00"
        assert DailyMetric.unscoped.count() == 20


class TestSteps:
    def test_find_their_rows_by_id_alone(self, registered):
        if connections["default"].vendor != "sqlite":
            pytest.skip("PostgreSQL has statistics, and scans tables of a few rows")
        plans = []

        def explain(execute, sql, params, many, context):
            if sql.startswith(("UPDATE", "DELETE")) and " IN (" in sql:
                with context["connection"].cursor() as cursor:
                    cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                    plans.extend(row[-1] for row in cursor.fetchall())
            return execute(sql, params, many, context)

        send(registered, HEAD + FIRST, CHANNELS)
        with connections["default"].execute_wrapper(explain):
            die_at(registered, 10)
            made = send(registered, HEAD + SECOND, CHANNELS).json()["import_id"]
            registered.delete(f"/api/integrations/imports/{made}")

        assert len(plans) > 20
        assert {plan.partition("USING ")[2].partition(" ")[2][-6:] for plan in plans} == {"(id=?)"}


class TestAbandonedImport:
    def test_is_deleted_after_a_week(self, registered):
        send(registered, HEAD + FIRST, CHANNELS)
        die_at(registered, 1)
        Change.unscoped.all().delete()
        now = datetime.now(UTC)

        assert finish_left_behind(now + timedelta(days=1)) == 0
        assert finish_left_behind(now + timedelta(days=8)) == 1
        assert CsvImport.unscoped.count() == 1
        assert set(LayerChunk.unscoped.values_list("csv_import", flat=True)) == {
            CsvImport.unscoped.get().id
        }


class TestOthers:
    def test_write_between_the_steps(self, registered, monkeypatch):
        written = []

        def write():
            connection = CsvImport.unscoped.get().connection
            written.append(CsvImport.unscoped.filter(connection=connection).update(rows=1))
            connections.close_all()

        def in_another_thread():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

        with monkeypatch.context() as patch:
            original = changing.ChangeBuilder.build_window

            def build(builder):
                in_another_thread()
                return original(builder)

            patch.setattr(changing.ChangeBuilder, "build_window", build)
            answer = send(registered, HEAD + FIRST, CHANNELS)

        assert answer.status_code == 201
        assert written == [1] * len(written)
        assert len(written) > 3

    def test_make_steps_of_the_same_change(self, registered, monkeypatch):
        send(registered, HEAD + FIRST, CHANNELS)

        def overtake():
            [change] = Change.unscoped.select_related("connection", "csv_import")
            assert changing.ChangeBuilder(change).build_window()

        before_step(monkeypatch, 3, overtake)
        answer = send(registered, HEAD + SECOND, CHANNELS)

        assert answer.status_code == 201
        assert spend_of(registered)["spend"] == "40.00"
        assert DailyMetric.unscoped.count() == 20
        assert Outbox.objects.filter(topic="integrations.metrics.changed").count() == 2
