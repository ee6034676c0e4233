"""Measures are declared once: what reads, keeps, sends and sums them follows."""

import subprocess
import sys
from datetime import date
from uuid import UUID

from apps.integrations.contract import (
    COUNT,
    CURRENCY,
    EVERY_DIMENSION,
    MEASURES,
    DailyMetric,
    MeasureMicros,
)

NAMES = {measure.name for measure in MEASURES}
#: A version that declares one more measure; prints its sum of a file.
NEXT_VERSION = """
import io
from datetime import date
from uuid import UUID

import django
import msgspec

from apps.integrations import contract

contract.MEASURES += (
    contract.Measure(
        name="video_views",
        label="Video views",
        unit=contract.COUNT,
        description="How often a video was played.",
        channel_field="video_views",
        column_words=("video views",),
    ),
)
django.setup()

from apps.analytics.metrics.aggregation import Range, aggregate
from apps.analytics.metrics.facts import complete_facts
from apps.analytics.store.rows import roll_up, to_fact, to_row
from apps.integrations.facade import to_metric
from apps.integrations.imports.reading import FileReader, make_mapping, open_table, prepare, propose
from apps.integrations.imports.layers import MetricsKind
from apps.integrations.imports.layers.files import iter_metrics
from apps.integrations.imports.layers.kinds import Part
from apps.integrations.metrics.queries import READ

file = io.BytesIO(b"day,tv_video_views,tv_clicks\\n2026-01-01,7,1\\n2026-01-02,5,0\\n")
mapping = make_mapping(propose(open_table(file), currency="EUR").mapping)
plan = prepare(file, mapping, timezone="UTC", today=date(2026, 1, 2))
connection_id = UUID(int=1)
kind = MetricsKind(None)
kept = kind.encode(list(iter_metrics(FileReader(plan))))
rows = [
    row
    for metric in kind.decode(kept)
    for _, row in kind.rows_of(kind.key_of(metric), [Part(metric, "EUR", frozenset())])
]
named = [
    dict(zip(kind.columns, row), connection_key=connection_id.hex, key="") for row in rows
]
wire = msgspec.msgpack.encode([to_metric([row.get(name) for name in READ]) for row in named])
received = msgspec.msgpack.decode(wire, type=list[contract.DailyMetric])
levels = {connection_id: {"video_views": "channel", "clicks": "channel"}}
rolled = roll_up(map(to_row, received))
facts = complete_facts([to_fact(connection_id, row) for row in rolled], levels)
totals = aggregate(facts, Range(date(2026, 1, 1), date(2026, 1, 2)), currency="EUR").totals
print(totals.value("video_views"), totals.value("clicks"))
"""


def metric(**values):
    fields = {name: None for name in DailyMetric.__struct_fields__ if name.endswith("_micros")}
    return DailyMetric(
        connection_id=UUID(int=1),
        level="channel",
        entity_key="tv",
        channel="tv",
        date=date(2026, 1, 1),
        currency="EUR",
        **{**fields, **values},
    )


class TestMeasures:
    def test_have_names_fields_and_words_of_their_own(self):
        fields = [measure.channel_field for measure in MEASURES if measure.channel_field]
        words = [word for measure in MEASURES for word in measure.column_words]

        assert len(MEASURES) == len(NAMES)
        assert len(fields) == len({*fields})
        assert len(words) == len({*words})

    def test_have_a_unit_and_words_for_people(self):
        for measure in MEASURES:
            assert measure.unit in (CURRENCY, COUNT)
            assert measure.label
            assert measure.description.endswith(".")

    def test_say_over_what_they_are_summed(self):
        additive = {measure.name: measure.additive_over for measure in MEASURES}

        assert additive["spend"] == EVERY_DIMENSION
        assert additive["reach"] == ()

    def test_are_all_that_a_metric_has_fields_for(self):
        fields = {name for name in DailyMetric.__struct_fields__ if name.endswith("_micros")}

        assert {field.removesuffix("_micros") for field in fields} <= NAMES


class TestMicrosOf:
    def test_reads_a_field(self):
        assert metric(spend_micros=5).micros_of("spend") == 5

    def test_reads_what_has_no_field(self):
        others = (MeasureMicros(measure="video_views", micros=7),)

        assert metric(others=others).micros_of("video_views") == 7

    def test_is_none_where_nothing_is_known(self):
        assert metric().micros_of("spend") is None
        assert metric().micros_of("video_views") is None


class TestNewMeasure:
    def test_is_one_declaration(self):
        done = subprocess.run(
            [sys.executable, "-c", NEXT_VERSION], capture_output=True, text=True, check=False
        )

        assert (done.returncode, done.stdout) == (0, "12 1\n"), done.stderr
