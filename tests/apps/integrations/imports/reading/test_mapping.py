"""Mappings are taken when they are clear, and refused by field when they are not."""

import pytest

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading import (
    MetricsMapping,
    OrdersMapping,
    TouchpointsMapping,
    make_mapping,
    parse_mapping,
)
from apps.integrations.imports.reading.measures import CHANNEL_FIELDS
from tests.apps.integrations.imports.reading.reads import MAPPING, refused_fields

ORDERS = {"kind": "orders", "date": "d", "customer": "c", "revenue": "r", "currency": "EUR"}
TOUCHES = {"kind": "touchpoints", "at": "a", "path": "p"}


class TestParseMapping:
    def test_reads_columns_by_field(self):
        mapping = make_mapping(MAPPING | {"revenue": "sales", "end": "last"})

        assert mapping.columns() == {
            "date": "day",
            "end": "last",
            "revenue": "sales",
            "channels.0.spend": "spend",
            "channels.0.clicks": "clicks",
        }
        assert (mapping.kind, mapping.source, mapping.brand_id) == ("metrics", "csv", None)

    def test_takes_revenue_for_the_channels_in_a_long_file(self):
        fields = {"date": "d", "currency": "EUR", "channel": "ch", "revenue": "r"}

        assert make_mapping(fields).own_columns() == {"attributed_revenue": "r"}
        del fields["channel"]
        assert make_mapping(fields).own_columns() == {"revenue": "r"}

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [(MAPPING, MetricsMapping), (ORDERS, OrdersMapping), (TOUCHES, TouchpointsMapping)],
    )
    def test_knows_kinds(self, fields, expected):
        assert isinstance(make_mapping(fields), expected)

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", "null", '{"date": "a", "date": "b"}', "\ud800", "[" * 5000, "1" * 5000],
    )
    def test_refuses_what_is_no_mapping(self, text):
        with pytest.raises(CsvMappingError) as caught:
            parse_mapping(text)

        assert [error["field"] for error in caught.value.errors] == ["mapping"]

    def test_takes_every_field_of_a_channel(self):
        channel = {field: f"column of {field}" for field in CHANNEL_FIELDS}

        mapping = make_mapping(MAPPING | {"channels": [{"name": "tv", **channel}]})

        assert set(mapping.channels[0].columns()) == set(CHANNEL_FIELDS.values())

    def test_names_every_problem_at_once(self):
        assert refused_fields(currency=None, spendings="x", channels=[{"name": 5}]) == [
            "spendings",
            "currency",
            "channels.0.name",
        ]
        assert refused_fields(
            channels=[{"name": "=tv", "spend": "a"}, {"name": "b"}], source=""
        ) == [
            "source",
            "channels.0.name",
            "channels.1",
        ]

    def test_refuses_an_unknown_kind(self):
        assert refused_fields(kind="panel") == ["kind"]
        assert refused_fields(kind=["metrics"]) == ["kind"]

    def test_refuses_a_mapping_without_numbers(self):
        assert refused_fields(channels=[]) == ["mapping"]

    def test_refuses_too_many_channels(self):
        channels = [{"name": f"c{number}", "spend": f"s{number}"} for number in range(101)]

        assert refused_fields(channels=channels) == ["channels"]

    @pytest.mark.parametrize(
        "name",
        [
            *("", "   ", "x" * 65, "=1+1", "+1", "-1", "@SUM(A1)", " =1+1"),
            *("t\tv", "t\x00v", "t\x85v", "t\nv", "\u202etv", "\u200b"),
        ],
    )
    def test_refuses_the_name(self, name):
        assert refused_fields(channels=[{"name": name, "spend": "a"}]) == ["channels.0.name"]
        assert refused_fields(source=name) == ["source"]

    @pytest.mark.parametrize("name", ["x" * 64, "Außenwerbung", "tv + radio", "テレビ"])
    def test_takes_the_name(self, name):
        assert make_mapping(MAPPING | {"source": f" {name} "}).source == name

    def test_refuses_two_columns_of_one_channel_and_measure(self):
        channels = [{"name": "TV", "spend": "a"}, {"name": "tv ", "spend": "b"}]

        assert refused_fields(channels=channels) == ["channels.1.name"]

    def test_takes_two_measures_of_one_channel(self):
        channels = [{"name": "TV", "spend": "a"}, {"name": "tv", "clicks": "b"}]

        assert make_mapping(MAPPING | {"channels": channels})

    def test_refuses_a_column_that_is_mapped_twice(self):
        assert refused_fields(channels=[{"name": "tv", "spend": " Day "}]) == ["mapping"]
        assert refused_fields(currency="spend") == ["currency"]

    def test_refuses_channels_beside_a_column_of_them(self):
        assert refused_fields(channel="ch") == ["channels"]

    def test_refuses_a_level_without_its_column(self):
        assert refused_fields(level="campaign") == ["campaign"]
        assert refused_fields(level="organization") == ["level"]
        assert refused_fields(channels=[], spend="s", level="campaign", campaign="c") == ["level"]
        assert refused_fields(channels=[], spend="s", campaign="c") == ["campaign"]

    @pytest.mark.parametrize(
        ("options", "field"),
        [
            ({"decimal": ";"}, "options.decimal"),
            ({"spend": {"decimal": 1}}, "options.spend.decimal"),
            ({"spend": {"comma": ","}}, "options.spend.comma"),
            ({"spend": ","}, "options.spend"),
        ],
    )
    def test_refuses_unknown_options(self, options, field):
        assert refused_fields(options=options) == [field]

    def test_refuses_touchpoints_without_a_path(self):
        assert refused_fields(**TOUCHES | {"path": ...}, **dict.fromkeys(MAPPING, ...)) == ["path"]
        fields = {"kind": "touchpoints", "at": "a", "customer": "c"}
        assert refused_fields(**dict.fromkeys(MAPPING, ...) | fields) == ["channel"]

    def test_asks_for_the_currency_of_touchpoints_with_amounts(self):
        fields = dict.fromkeys(MAPPING, ...) | TOUCHES | {"cost": "k"}

        assert refused_fields(**fields) == ["currency"]
