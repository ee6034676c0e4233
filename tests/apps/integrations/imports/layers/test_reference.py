"""Any sequence of imports and undos comes to what a plain replay of the rest comes to."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.integrations.imports.layers import MetricsKind, building, merging, stored
from apps.integrations.imports.layers.building import LayerBuilder
from apps.integrations.imports.layers.metrics import Entity, KeptMetric
from apps.integrations.imports.models import Change, LayerChunk
from apps.integrations.imports.operations import changing, undo_import
from apps.integrations.imports.operations.finishing import finish_change
from apps.integrations.imports.operations.refusing import find_cut
from apps.integrations.models import Connection, DailyMetric
from omnify.context import Principal, acting_as
from tests.apps.integrations.imports.layers import reference
from tests.factories.integrations import import_metrics, known_micros

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONDAY = date(2026, 1, 5)
CHANNELS, MEASURES = ("radio", "tv", "web"), ("clicks", "revenue", "spend")


@st.composite
def spans(draw):
    """Days, weeks or months that follow each other, some of them missing."""
    grain = draw(st.sampled_from(["day", "week", "month"]))
    if grain == "month":
        return [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))][
            draw(st.integers(0, 1)) :
        ]
    step = 1 if grain == "day" else 7
    start = MONDAY + timedelta(days=step * draw(st.integers(0, 14 // step)))
    numbers = draw(st.lists(st.integers(0, 14 // step), min_size=1, max_size=6, unique=True))
    firsts = [start + timedelta(days=step * number) for number in numbers]
    return [(first, first + timedelta(days=step - 1)) for first in firsts]


@st.composite
def files(draw):
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=2, unique=True))
    number = st.one_of(st.none(), st.integers(0, 3))
    days = draw(spans())
    channels = draw(st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True))
    keys = [(channel, *span) for span in days for channel in channels]
    kept = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    rows = [reference.Row(*key, {name: draw(number) for name in measures}) for key in kept]
    return reference.File(tuple(measures), rows)


def values_of(file):
    return [
        KeptMetric(
            Entity("channel", row.channel, row.channel),
            (row.first, row.last),
            file.measures,
            tuple(row.numbers[name] for name in file.measures),
        )
        for row in file.rows
    ]


def finish(connection):
    assert finish_change(connection, deadline=float("inf"), now=NOW)
    connection.refresh_from_db()


def counted(rows=None):
    """What the database says: numbers by channel, first and last day."""
    return {
        (row.channel, row.date, row.last_date): known_micros(row)
        for row in (rows if rows is not None else DailyMetric.counted())
    }


def known(rows):
    """Without what is said to be unknown, which a column does not tell from what is not said."""
    return {
        key: {name: number for name, number in numbers.items() if number is not None}
        for key, numbers in rows.items()
    }


class World:
    """A source, and the files that remain of those that were imported."""

    def __init__(self):
        self.remaining = []
        self.connection = None

    def bring(self, file):
        files = [own for own, _ in self.remaining]
        cut = reference.find_cut(files, file)
        if self.connection is not None:
            builder = LayerBuilder(MetricsKind)
            assert list(builder.iter_chunks(values_of(file)))
            assert find_cut(self.connection, builder) == cut
        if cut:
            return
        made = import_metrics(values_of(file))
        self.connection = made.connection
        finish(self.connection)
        made.refresh_from_db()
        told = {
            (each["channel"], tuple(each["measures"])): (each["from"], each["to"], each["days"])
            for each in made.removed
        }
        assert told == {
            about: (min(days).isoformat(), max(days).isoformat(), len(days))
            for about, days in reference.find_removed(files, file).items()
        }
        assert made.removed_count == len(told)
        self.remaining.append((file, made.id))

    def undo(self, position):
        if self.remaining:
            _, import_id = self.remaining.pop(position % len(self.remaining))
            assert undo_import(import_id, now=NOW) is None
            assert not LayerChunk.objects.filter(csv_import=import_id).exists()

    def check(self):
        files = [file for file, _ in self.remaining]
        assert counted() == known(reference.replay(files))
        assert counted(DailyMetric.objects.all()) == counted()
        assert not Change.objects.exists()
        levels = dict.fromkeys((name for file in files for name in file.measures), "channel")
        assert not self.connection or Connection.objects.get().complete_levels == levels


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    """Let a few rows be many: windows, chunks and steps end everywhere."""
    monkeypatch.setattr(building, "CHUNK_ROWS", 3)
    monkeypatch.setattr(merging, "WINDOW_ROWS", 5)
    monkeypatch.setattr(merging, "PART_ROWS", 4)
    monkeypatch.setattr(stored, "_EXTENTS", 4)
    monkeypatch.setattr(changing, "STEP_ROWS", 2)


@pytest.mark.django_db
class TestImportsAndUndos:
    @settings(
        max_examples=25,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(st.one_of(files(), st.integers(0, 9)), min_size=1, max_size=6))
    def test_come_to_what_a_replay_of_the_rest_comes_to(self, acts):
        world = World()

        with acting_as(Principal(organization_id=uuid4())):
            for act in acts:
                if isinstance(act, int):
                    world.undo(act)
                else:
                    world.bring(act)
                world.check()
