"""A file is read as it is, or each thing that is wrong is told by line."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports.files import CsvMapping, read_columns, read_csv, reading
from apps.integrations.imports.files.mapping import ChannelMapping
from omnify.exceptions import OmnifyError

MAPPING = CsvMapping(
    date="day",
    currency="EUR",
    revenue="sales",
    channels=(ChannelMapping(name="tv", spend="tv_spend"),),
)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HEADER = "day,sales,tv_spend"
CODED = "day,sales,code"
OWN_CURRENCY = CsvMapping(date="day", currency="code", revenue="sales")


def read(*lines, mapping=MAPPING):
    text = lines[0] if isinstance(lines[0], bytes) else "\n".join(lines).encode()
    return read_csv(io.BytesIO(text), mapping, now=NOW)


def refusal(*lines, mapping=MAPPING):
    with pytest.raises(CsvInvalidError) as caught:
        read(*lines, mapping=mapping)
    assert caught.value.error_count == 1
    [error] = caught.value.errors
    return error


def problems(parsed):
    return [(error.line, error.column, error.value) for error in parsed.errors]


class TestReadCsv:
    def test_reads_rows(self):
        parsed = read(HEADER, "2026-01-01,10.5,3", "2026-01-02,-2,0")

        assert [(row.line, row.day.isoformat(), row.revenue_micros) for row in parsed.rows] == [
            (2, "2026-01-01", 10_500_000),
            (3, "2026-01-02", -2_000_000),
        ]
        assert [row.channels for row in parsed.rows] == [
            (("tv", {"spend": 3_000_000}),),
            (("tv", {"spend": 0}),),
        ]
        assert (parsed.currency, parsed.row_count, parsed.error_count) == ("EUR", 2, 0)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    def test_reads_the_usual_dialects(self, delimiter, mark, newline):
        text = newline.join([HEADER, '"2026-01-01","1.5",2', ""]).replace(",", delimiter)

        parsed = read(mark + text.encode())

        assert parsed.error_count == 0
        assert parsed.rows[0].revenue_micros == 1_500_000

    def test_leaves_blank_lines_and_columns_that_are_not_mapped(self):
        parsed = read("note," + HEADER, "a,2026-01-01,1,1", "", ",,,", "b,2026-01-02,1,1")

        assert parsed.error_count == 0
        assert [row.line for row in parsed.rows] == [2, 5]

    def test_counts_the_lines_of_the_file_and_not_its_rows(self):
        parsed = read("note," + HEADER, '"two\nlines",2026-01-01,1,1', "b,2026-01-02,x,1")

        assert problems(parsed) == [(4, "sales", "x")]


class TestRowErrors:
    def test_name_the_line_that_had_the_day_first(self):
        parsed = read(HEADER, "2026-01-01,1,1", "2026-01-02,1,1", "2026-01-01,2,2")

        assert problems(parsed) == [(4, "day", "2026-01-01")]
        assert "line 2" in parsed.errors[0].message

    def test_tell_short_and_long_rows(self):
        parsed = read(HEADER, "2026-01-01,1", "2026-01-02,1,1,1", "2026-01-03,1,1")

        assert [error.line for error in parsed.errors] == [2, 3]
        assert "4 cells, the header 3" in parsed.errors[1].message
        assert len(parsed.rows) == 1

    def test_tell_every_cell_of_a_row(self):
        parsed = read(HEADER, "01.02.2026,,-5")

        assert problems(parsed) == [
            (2, "day", "01.02.2026"),
            (2, "sales", ""),
            (2, "tv_spend", "-5"),
        ]

    def test_keep_their_row_out(self):
        parsed = read(HEADER, "2026-01-01,x,1", "2026-01-02,1,1")

        assert [row.line for row in parsed.rows] == [3]
        assert (parsed.row_count, parsed.error_count) == (2, 1)

    def test_are_all_counted_and_the_first_hundred_listed(self):
        parsed = read(HEADER, *["x,x,x"] * 60)

        assert parsed.error_count == 180
        assert len(parsed.errors) == 100
        assert parsed.rows == ()

    def test_shorten_long_values(self):
        parsed = read(HEADER, f"2026-01-01,{'9' * 5000},1")

        assert parsed.errors[0].value == "9" * 40 + "…"


class TestDays:
    def test_end_with_tomorrow(self):
        parsed = read(HEADER, *(f"{day},1,1" for day in ("2026-11-30", "2026-12-01", "2062-03-10")))

        assert [row.line for row in parsed.rows] == [2]
        assert problems(parsed) == [(3, "day", "2026-12-01"), (4, "day", "2062-03-10")]
        assert "write the year in full" in parsed.errors[0].message


class TestCurrencyColumn:
    def test_is_taken_from_the_rows(self):
        parsed = read(CODED, "2026-01-01,1,USD", "2026-01-02,1,USD", mapping=OWN_CURRENCY)

        assert (parsed.currency, parsed.error_count) == ("USD", 0)

    def test_may_not_change(self):
        parsed = read(CODED, "2026-01-01,1,USD", "2026-01-02,1,CHF", mapping=OWN_CURRENCY)

        assert problems(parsed) == [(3, "code", "CHF")]
        assert "CHF" in parsed.errors[0].message
        assert "line 2 in USD" in parsed.errors[0].message

    @pytest.mark.parametrize("code", ["", "usd", "US", "$", "USDT"])
    def test_has_to_hold_codes(self, code):
        parsed = read(CODED, f"2026-01-01,1,{code}", mapping=OWN_CURRENCY)

        assert problems(parsed) == [(2, "code", code)]

    def test_has_to_hold_a_currency(self):
        parsed = read(CODED, "2026-01-01,1,ERU", mapping=OWN_CURRENCY)

        assert problems(parsed) == [(2, "code", "ERU")]
        assert "ISO 4217" in parsed.errors[0].message

    def test_may_be_called_like_a_currency(self):
        mapping = CsvMapping(date="day", currency="EUR", revenue="sales")

        parsed = read("day,sales,EUR", "2026-01-01,1,CHF", mapping=mapping)

        assert (parsed.currency, parsed.error_count) == ("CHF", 0)

    def test_is_no_code_that_does_not_exist(self):
        mapping = CsvMapping(date="day", currency="ERU", revenue="sales")

        error = refusal("day,sales", "2026-01-01,1", mapping=mapping)

        assert (error["column"], "ISO 4217" in error["message"]) == ("ERU", True)

    def test_has_to_exist(self):
        error = refusal("day,sales", "2026-01-01,1", mapping=OWN_CURRENCY)

        assert error["column"] == "code"


class TestRefusesTheFile:
    def test_without_the_columns_and_names_them_all(self):
        error = refusal("day,umsatz", "2026-01-01,1")

        assert error["line"] == 1
        assert "'sales', 'tv_spend'" in error["message"]
        assert "'day', 'umsatz'" in error["message"]

    def test_with_a_column_twice(self):
        assert "'sales' more than once" in refusal(HEADER + ",sales", "2026-01-01,1,1,1")["message"]

    @pytest.mark.parametrize("text", [b"", b"\n", b"\xef\xbb\xbf", b",,,\n"])
    def test_that_is_empty(self, text):
        assert "empty" in refusal(text)["message"]

    def test_of_a_header_alone(self):
        assert "no rows" in refusal(HEADER, "", "")["message"]

    def test_in_another_encoding_with_line_byte_and_way_out(self):
        error = refusal(f"{HEADER}\n2026-01-01,1,1\n2026-01-02,1,€\n".encode("cp1252"))

        assert error["line"] == 3
        assert "Byte 14 " in error["message"]
        assert "UTF-8" in error["message"]

    @pytest.mark.parametrize("text", [f"{HEADER}\na\0,1,1".encode(), HEADER.encode("utf-16")])
    def test_with_nul_bytes(self, text):
        assert "NUL" in refusal(text)["message"]

    def test_with_an_open_quote(self):
        assert "cannot be read" in refusal(HEADER, '"2026-01-01,1,1', "2026-01-02,1,1")["message"]

    def test_with_an_endless_line(self):
        error = refusal(f"{HEADER}\n{'9' * 1_000_001}".encode())

        assert (error["line"], "longer than" in error["message"]) == (2, True)

    def test_with_more_rows_than_one_request_takes(self):
        text = f"{HEADER}\n" + "x,1,1\n" * (reading.MAX_ROWS + 1)

        error = refusal(text.encode())

        assert error["line"] == reading.MAX_ROWS + 2
        assert str(reading.MAX_ROWS) in error["message"]

    def test_with_more_numbers_than_memory_is_for(self, monkeypatch):
        monkeypatch.setattr(reading, "MAX_VALUES", 9)

        error = refusal(HEADER, *(f"2026-01-0{day},1,1" for day in range(1, 5)))

        assert (error["line"], "more than 3 rows" in error["message"]) == (5, True)


class TestReadColumns:
    @pytest.mark.parametrize("text", ["a, b ,c\n1,2,3\n", "\ufeffa;b;c\n", "a\tb\tc", '"a",b,,c'])
    def test_names_them(self, text):
        assert read_columns(io.BytesIO(text.encode())) == ("a", "b", "c")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"\n", "empty"),
            (b",,\n", "empty"),
            ("a,b".encode("utf-16"), "NUL"),
            (b"caf\xe9", "UTF-8"),
            (b'"a', "cannot be read"),
        ],
    )
    def test_refuses_what_is_no_header(self, content, words):
        with pytest.raises(CsvInvalidError) as caught:
            read_columns(io.BytesIO(content))

        assert words in caught.value.errors[0]["message"]


class TestReadAnything:
    @given(st.binary(max_size=400))
    def test_parses_or_refuses_bytes(self, junk):
        self.parse_or_refuse(junk)

    @given(st.binary(max_size=400))
    def test_parses_or_refuses_bytes_under_a_right_header(self, junk):
        self.parse_or_refuse(f"{HEADER}\n".encode() + junk)

    @given(st.text(alphabet='0123456789-+.,;\t"\r\n=@eE€\u0663 ', max_size=400))
    def test_parses_or_refuses_what_looks_like_rows(self, junk):
        self.parse_or_refuse(f"{HEADER}\n{junk}".encode())

    def parse_or_refuse(self, content):
        try:
            parsed = read(content)
        except OmnifyError as error:
            assert error.errors  # noqa: PT017 - either outcome is right
        else:
            assert parsed.row_count >= len(parsed.rows)
            assert bool(parsed.error_count) == (parsed.row_count > len(parsed.rows))
