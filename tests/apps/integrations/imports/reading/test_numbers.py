"""Numbers are read in the style of their column, or asked about."""

from decimal import Decimal

import pytest

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading.cells.converters import Bad, make_converter
from apps.integrations.imports.reading.cells.numbers import NumberStyle
from apps.integrations.imports.reading.cells.shapes import Shapes
from tests.apps.integrations.imports.reading.reads import check_of, errors_of, sums_of

LARGEST = 2**63 - 1
ALIKE = ["5", "1234", "0"]


def read(cells, *, currency="EUR", delimiter=",", header="spend", **options):
    """Return the check of a column of amounts."""
    quoted = [f'2026-01-{day:02},"{cell}"' for day, cell in enumerate(cells, start=1)]
    lines = [line.replace(",", delimiter, 1) for line in (f"day,{header}", *quoted)]
    channels = options.pop("channels", [{"name": "tv", "spend": header}])
    return check_of("\n".join(lines), channels=channels, currency=currency, **options)


def total(found):
    assert not found.error_count, found.errors
    assert not found.questions
    [value] = sums_of(found).values()
    return Decimal(value)


class TestNumberStyle:
    @pytest.mark.parametrize(
        ("cells", "sum_of_cells"),
        [
            (["1,234.50", "5"], "1239.5"),
            (["1.234,50", "5"], "1239.5"),
            (["1 234,50", "5"], "1239.5"),
            (["1\u00a0234,50", "1\u202f234,50"], "2469"),
            (["1'234.50", "1\u2019234.50"], "2469"),
            (["12,34,567.50", "1,23,456"], "1358023.5"),
            (["1.234.567", "5"], "1234572"),
            (["1,234,567", "5"], "1234572"),
            (["12 345 678", "5"], "12345683"),
            (["€5", "5 €", "€ 5,50", "EUR 5", "5EUR"], "25.5"),
            (["1.5E+3", "1e-3"], "1500.001"),
            ([".5", "5."], "5.5"),
            (["+5", "\u00a05 "], "10"),
            (["0.123", "1.234"], "1.357"),
            (["2.50", "1.234"], "3.734"),
            (["0007.5", "0"], "7.5"),
            (["2754371.66666667", "0"], "2754371.666667"),
        ],
    )
    def test_is_that_of_all_cells(self, cells, sum_of_cells):
        assert total(read(cells)) == Decimal(sum_of_cells)

    @pytest.mark.parametrize(
        "cell", ["(5.50)", "-5.50", "\u22125.50", "5.50-", "(€5.50)", "-€5.50"]
    )
    def test_knows_negative_numbers(self, cell):
        found = read(["0", cell], channels=[{"name": "tv", "revenue": "spend"}])

        assert total(found) == Decimal("-5.5")

    @pytest.mark.parametrize("cell", ["(5.50)", "-5.50", "5.50-"])
    def test_refuses_negative_spend(self, cell):
        found = read(["0", cell])

        assert errors_of(found) == [(3, "spend", cell)]
        assert "negative" in found.errors[0].message

    @pytest.mark.parametrize("empty", ["", "--", "-", "N/A", "n/a", " ", "null"])
    def test_takes_what_is_empty_for_unknown(self, empty):
        found = read(["5", empty])

        assert total(found) == 5
        assert [each.code for each in found.warnings] == ["empty"]
        assert "1 cell has no value" in found.warnings[0].message

    def test_takes_what_is_empty_for_zero_where_people_say_so(self):
        found = read(["5", "--"], options={"spend": {"empty": "zero"}})

        assert "zero" in found.warnings[0].message

    @pytest.mark.parametrize("cell", ["=A1", "@SUM(A1)", "=5", "-A1"])
    def test_calls_a_formula_a_formula(self, cell):
        found = read(["5", cell])

        assert "formula" in found.errors[0].message

    @pytest.mark.parametrize(
        "cell",
        [
            *("x", "1_000", "0x10", "1e", "1e999", "--1", "1.2.3", "1,2,3", "5 5", "1..5", "1-2"),
            *("\u0663\u0664", "\uff11\uff12", "Infinity", "5 apples", "(5", "5)", "+-5", "12,34.5"),
        ],
    )
    def test_refuses_what_is_no_number(self, cell):
        found = read(["5", cell])

        assert errors_of(found) == [(3, "spend", cell)]

    @pytest.mark.parametrize(
        "cell", ["9" * 400, "9223372036854.775808", "1e13", "9e99", "1" * 30 + "." + "1" * 30]
    )
    def test_refuses_what_is_too_large(self, cell):
        found = read(["5", cell])

        assert found.error_count == 1
        assert len(found.errors[0].value) <= 41

    def test_refuses_rates(self):
        assert "rate" in read(["5", "45.1%"]).errors[0].message

    @pytest.mark.parametrize("cell", ["$5", "USD 5", "5 £"])
    def test_refuses_another_currency(self, cell):
        assert errors_of(read(["5", cell])) == [(3, "spend", cell)]

    @pytest.mark.parametrize(
        ("currency", "cell"),
        [("USD", "$5"), ("CAD", "$5"), ("BRL", "R$ 5"), ("CHF", "Fr. 5"), ("SEK", "5 kr")],
    )
    def test_knows_signs_of_currencies(self, currency, cell):
        assert total(read([cell], currency=currency)) == 5

    def test_refuses_money_as_a_count(self):
        found = read(["€5"], channels=[{"name": "tv", "clicks": "spend"}])

        assert "count" in found.errors[0].message

    def test_tells_cells_that_are_written_otherwise(self):
        found = read(["1,234.50", "1,234.50", "1.234,50"])

        assert errors_of(found) == [(4, "spend", "1.234,50")]
        assert "decimal point" in found.errors[0].message


class TestAmbiguousNumbers:
    def question(self, found):
        [question] = found.questions
        return question.field, {each.value: str(each.sum) for each in question.readings}

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_are_asked_about_with_both_sums(self, delimiter):
        found = read(["1.234", "500"], delimiter=delimiter)

        assert self.question(found) == ("spend", {".": "501.234", ",": "1734"})
        assert {each.option for each in found.questions[0].readings} == {"decimal"}

    @pytest.mark.parametrize(("mark", "expected"), [(".", "1.234"), (",", "1234")])
    def test_are_read_as_people_say(self, mark, expected):
        assert total(read(["1.234"], options={"spend": {"decimal": mark}})) == Decimal(expected)
        assert total(read(["1.234"], options={"decimal": mark})) == Decimal(expected)

    def test_are_read_by_their_cells_whatever_people_say(self):
        assert total(read(["1.234", "2.5"], options={"decimal": ","})) == Decimal("3.734")

    def test_of_options_for_other_columns_are_refused(self):
        with pytest.raises(CsvMappingError) as caught:
            read(["1.234"], options={"cost": {"decimal": ","}})

        assert caught.value.errors[0]["field"] == "options.cost"

    def test_follow_the_files_other_columns(self):
        text = 'day,spend,clicks,ctr\n2026-01-01,"1,234",5,2.11%\n'

        assert sums_of(check_of(text))["tv", "spend"] == "1234"

    def test_follow_german_headers_and_semicolons(self):
        found = read(["1.234", "12.345"], delimiter=";", header="Kosten")

        assert total(found) == 13_579

    def test_of_counts_are_thousands_beside_semicolons(self):
        found = read(["1.234"], delimiter=";", channels=[{"name": "tv", "clicks": "spend"}])

        assert total(found) == 1234

    def test_of_counts_are_asked_about_where_the_file_says_otherwise(self):
        text = "day,spend,clicks\n2026-01-01,2.5,1.234\n"

        assert [each.field for each in check_of(text).questions] == ["clicks"]

    def test_are_asked_about_where_two_columns_differ(self):
        text = 'day,spend,clicks,a,b\n2026-01-01,1.234,1,"1,5",1.5\n'

        assert [each.field for each in check_of(text).questions] == ["spend"]

    def test_are_asked_about_where_both_marks_stand(self):
        assert read(["1.234", "1,234"]).questions


class TestMakeConverter:
    def converter(self, cells, mark="."):
        shapes = Shapes()
        shapes.add(cells)
        return make_converter(NumberStyle(mark, "EUR", may_be_negative=True), shapes)

    @pytest.mark.parametrize(
        ("mark", "cells"),
        [
            (".", ["1", "-2", "30"]),
            (".", ["1.5", "-2.123456", "999999999.999999"]),
            (".", ["1.5", "", "--"]),
            (".", ["€1,234.50", "5"]),
            (",", ["1.234,5", "-5,25"]),
            (",", ["1.234", "12.345"]),
            (".", ["(5)", "5-", "1e3"]),
            (".", ["0.0000005", "0.0000015", "1.0000005000000001"]),
            (".", ["9223372036854.775807", "-9223372036854.775807"]),
        ],
    )
    def test_gives_what_the_style_reads_cell_by_cell(self, mark, cells):
        style = NumberStyle(mark, "EUR", may_be_negative=True)

        assert self.converter(cells, mark)(cells) == [style.parse(cell) for cell in cells]

    def test_rounds_once_and_half_to_even(self):
        cells = ["0.0000005", "0.0000015", "0.00000050000000000000000000001"]

        assert self.converter(cells)(cells) == [0, 2, 1]

    def test_tells_cells_that_it_cannot_read(self):
        values = self.converter(["1", "x"])(["1", "x"])

        assert values[0] == 1_000_000
        assert isinstance(values[1], Bad)
