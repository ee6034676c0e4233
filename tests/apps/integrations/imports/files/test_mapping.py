"""Mappings are taken when they are clear, and refused by field when they are not."""

import msgspec
import pytest

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.files import parse_mapping

VALID = {
    "date": "DATE",
    "currency": "EUR",
    "revenue": "sales",
    "channels": [{"name": "tv", "spend": "tv_S", "revenue": "tv_R"}],
}


def parse(**changes):
    return parse_mapping(msgspec.json.encode(VALID | changes).decode())


def refused_fields(**changes):
    with pytest.raises(CsvMappingError) as caught:
        parse(**changes)
    return [error["field"] for error in caught.value.errors]


class TestParseMapping:
    def test_reads_columns(self):
        mapping = parse()

        assert mapping.columns() == ["DATE", "sales", "tv_S", "tv_R"]
        assert mapping.channels[0].columns() == {"spend": "tv_S", "attributed_revenue": "tv_R"}
        assert mapping.source == "csv"

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"date": 1}', "\ud800", "[" * 5000])
    def test_refuses_what_is_no_mapping(self, text):
        with pytest.raises(CsvMappingError) as caught:
            parse_mapping(text)

        assert [error["field"] for error in caught.value.errors] == ["mapping"]

    def test_names_an_unknown_field(self):
        with pytest.raises(CsvMappingError) as caught:
            parse(spendings="tv_S")

        assert "spendings" in caught.value.errors[0]["message"]

    def test_refuses_a_mapping_without_numbers(self):
        assert refused_fields(revenue=None, channels=[]) == ["mapping"]

    def test_refuses_a_channel_without_columns(self):
        assert refused_fields(channels=[{"name": "tv"}]) == ["channels.0"]

    def test_refuses_a_name_twice(self):
        channels = [{"name": "tv", "spend": "a"}, {"name": "tv", "spend": "b"}]

        assert refused_fields(channels=channels) == ["channels.1.name"]

    def test_refuses_too_many_channels(self):
        channels = [{"name": f"c{number}", "spend": f"s{number}"} for number in range(101)]

        assert refused_fields(channels=channels) == ["channels"]

    @pytest.mark.parametrize(
        "name",
        ["", "   ", "x" * 65, "=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "t\tv", "t\x00v", "t\x85v"],
    )
    def test_refuses_the_name(self, name):
        assert refused_fields(channels=[{"name": name, "spend": "a"}]) == ["channels.0.name"]
        assert refused_fields(source=name) == ["source"]

    @pytest.mark.parametrize("name", ["x" * 64, "Außenwerbung", "tv + radio", "テレビ"])
    def test_takes_the_name(self, name):
        mapping = parse(channels=[{"name": name, "spend": "a"}])

        assert mapping.channels[0].name == name

    def test_refuses_a_currency_column_that_is_a_number_too(self):
        assert refused_fields(currency="sales") == ["currency"]

    def test_names_every_problem_at_once(self):
        channels = [{"name": "=tv", "spend": "a"}, {"name": "radio"}]

        assert refused_fields(channels=channels, source="") == [
            "source",
            "channels.0.name",
            "channels.1",
        ]
