"""The metrics of a file, on the real one and on small ones."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apps.integrations.imports.files import (
    CsvMapping,
    complete_levels,
    iter_metrics,
    parse_mapping,
    read_csv,
)
from apps.integrations.imports.files.mapping import ChannelMapping
from apps.integrations.imports.files.reading import ParsedCsv, ParsedRow

DATA = Path(__file__).resolve().parents[5] / "data"


@pytest.fixture(scope="module")
def real_mapping():
    return parse_mapping((DATA / "robyn_mapping.json").read_text())


@pytest.fixture(scope="module")
def real_file(real_mapping):
    with (DATA / "robyn_weekly_marketing.csv").open("rb") as stream:
        return read_csv(stream, real_mapping, now=datetime.now(UTC))


class TestRealFile:
    def test_has_208_right_rows(self, real_file):
        assert (len(real_file.rows), real_file.error_count) == (208, 0)
        assert real_file.rows[0].day == date(2015, 11, 23)
        assert real_file.rows[-1].day == date(2019, 11, 11)
        assert real_file.currency == "EUR"

    def test_makes_a_metric_per_week_and_entity(self, real_file):
        metrics = list(iter_metrics(real_file))

        assert len(metrics) == 208 * 6
        assert set(Counter((m.level, m.entity_key, m.day) for m in metrics).values()) == {1}

    def test_adds_up_exactly(self, real_file):
        metrics = list(iter_metrics(real_file))

        assert sum(m.micros.get("spend", 0) for m in metrics) == 14_529_098_512_312
        assert sum(m.micros.get("revenue", 0) for m in metrics) == 379_005_696_666_667

    def test_says_where_its_totals_are_complete(self, real_mapping):
        assert complete_levels(real_mapping) == {
            "spend": "channel",
            "impressions": "channel",
            "clicks": "channel",
            "revenue": "organization",
        }


class TestIterMetrics:
    def test_keeps_zeros_and_leaves_out_what_is_not_mapped(self):
        row = ParsedRow(2, date(2026, 1, 1), None, (("tv", {"spend": 0}),))

        [metric] = iter_metrics(ParsedCsv("EUR", (row,), 1, (), 0))

        assert (metric.level, metric.entity_key, metric.channel) == ("channel", "tv", "tv")
        assert metric.micros == {"spend": 0}

    def test_keeps_a_day_without_revenue(self):
        row = ParsedRow(2, date(2026, 1, 1), 0, ())

        [metric] = iter_metrics(ParsedCsv("EUR", (row,), 1, (), 0))

        assert (metric.level, metric.micros) == ("organization", {"revenue": 0})

    def test_keeps_the_shops_revenue_apart_from_what_platforms_claim(self):
        row = ParsedRow(2, date(2026, 1, 1), 9, (("tv", {"attributed_revenue": 5}),))

        shop, channel = iter_metrics(ParsedCsv("EUR", (row,), 1, (), 0))

        assert (shop.level, shop.channel, shop.micros) == ("organization", "", {"revenue": 9})
        assert channel.micros == {"attributed_revenue": 5}


class TestCompleteLevels:
    def test_without_revenue_claims_none(self):
        channel = ChannelMapping(name="tv", revenue="tv_R")
        mapping = CsvMapping(date="d", currency="EUR", channels=(channel,))

        assert complete_levels(mapping) == {"attributed_revenue": "channel"}
