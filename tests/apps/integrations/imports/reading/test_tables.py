"""The table is found in a file, whatever its encoding, its dialect and the lines above it."""

import io

import pytest

from apps.integrations.imports.reading import open_table
from tests.apps.integrations.imports.reading.reads import (
    HEADER,
    check_of,
    codes_of,
    errors_of,
    refusal_of,
    sums_of,
)

SUM = {("tv", "spend"): "1.5", ("tv", "clicks"): "2"}
ROW = "2026-01-01,1.5,2"


def table_of(content):
    return open_table(io.BytesIO(content.encode() if isinstance(content, str) else content))


def rows_of(content):
    return [row for chunk in table_of(content).chunks() for row in chunk.rows]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_reads(self, encoding, end):
        text = end.join(["day,spend,clicks,größe", ROW + ",ä", ""])
        content = text.encode(encoding)
        content = b"\xfe\xff" + content if encoding == "utf-16-be" else content

        found = check_of(content)

        assert sums_of(found) == SUM
        assert codes_of(found) == (["encoding"] if encoding == "cp1252" else [])
        assert table_of(content).columns[3] == "größe"

    def test_reads_a_file_with_two_marks(self):
        assert table_of("\ufeff\ufeff" + HEADER + "\n" + ROW).columns[0] == "day"
        assert table_of(("\ufeff\ufeff" + HEADER + "\n" + ROW).encode("utf-16")).columns[0] == "day"

    def test_reads_line_ends_across_blocks(self):
        row = b"2026-01-01,1,2"
        lines = [HEADER.encode(), *[row] * 40_000]

        assert check_of(b"\r\n".join(lines)).row_count == 40_000
        assert check_of(b"x" * 30_000 + b"\r\n" + b"\r\n".join(lines)).row_count == 40_000

    @pytest.mark.parametrize(
        ("content", "line", "words"),
        [
            (b"day,spend,clicks\n2026-01-01,\xed\xa0\x80,1", 2, "half surrogate"),
            (b"\xef\xbb\xbfday,spend,clicks\n2026-01-01,\xff,1", 2, "UTF-8"),
            ("\ufeffday\n\n".encode("utf-16-le") + b"\x00\xd8\n\x00", 3, "UTF-16"),
            (b"day,spend,clicks\n\n2026-01-01,\x00,1", 3, "NUL"),
            (b"\xff\xfed\x00a", 1, "UTF-16"),
            (b"", 1, "empty"),
            (b"\n\r\n \n", 1, "empty"),
            (b"day,spend,clicks\n", 1, "no rows"),
            (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, 1, "old format"),
        ],
    )
    def test_refuses(self, content, line, words):
        error = refusal_of(content)

        assert words in error["message"]
        assert error["line"] == line


class TestDialects:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_reads_delimiters(self, delimiter):
        text = f"{HEADER}\n{ROW}".replace(",", delimiter)

        assert sums_of(check_of(text)) == SUM
        assert table_of(text).delimiter == delimiter

    def test_counts_delimiters_outside_quotes_only(self):
        text = '"day";"spend";"clicks";"a, b, c, d, e"\n2026-01-01;1.5;2;"x, y"\n'

        assert sums_of(check_of(text)) == SUM

    def test_reads_decimal_commas_beside_semicolons(self):
        text = "day;spend;clicks\n2026-01-01;1,5;2\n"

        assert sums_of(check_of(text)) == SUM

    @pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
    def test_obeys_a_line_that_names_the_separator(self, line):
        text = f"{line}\nday;spend;clicks;a,b,c,d,e,f\n2026-01-01;1.5;2;1,2,3,4,5,6\n"

        assert sums_of(check_of(text)) == SUM

    def test_reads_quotes_of_all_kinds(self):
        text = 'day, "spend" ,"clicks",note\n2026-01-01, "1.5" , 2,"a ""b"",\n\nc"\n'

        assert sums_of(check_of(text)) == SUM

    def test_reads_columns_and_rows_without_values(self):
        text = "day,spend,clicks,,\n\n,,,,\n2026-01-01,1.5,2,,,,\n   ,,\n\n"

        found = check_of(text)

        assert sums_of(found) == SUM
        assert found.error_count == 0

    def test_names_the_line_of_a_row_after_line_breaks_in_cells(self):
        text = 'day,spend,clicks,note\n2026-01-01,1,1,"a\nb\n\nc"\n\n2026-01-02,x,1,d\n'

        assert errors_of(check_of(text)) == [(7, "spend", "x")]

    @pytest.mark.parametrize("rows", [1, 300, 5000])
    def test_names_the_line_where_a_quote_was_opened(self, rows):
        good = [f"2026-01-01,{number},1,x" for number in range(rows)]
        text = "\n".join(["day,spend,clicks,note", *good, '2026-01-01,1,1,"y', *good])

        assert refusal_of(text)["line"] == rows + 2

    def test_names_the_last_of_several_quotes(self):
        text = 'day,spend,clicks,a,b\n2026-01-01,1,1,"x\ny","z\n2026-01-02,1,1,x,y\n'

        assert refusal_of(text)["line"] == 3

    def test_refuses_a_quote_that_swallows_rows(self):
        text = 'day,spend,clicks,a\n2026-01-01,1,1,"x\n2026-01-02,1,1,"y"\n'

        assert refusal_of(text)["line"] == 2


class TestHeaders:
    def test_stand_below_other_lines(self):
        text = f'Report\n"1 June 2026 - 2 June 2026"\nAccount,ACME\n\n{HEADER}\n{ROW}\n'

        found = check_of(text)

        assert sums_of(found) == SUM
        assert codes_of(found) == ["titles"]
        assert table_of(text).columns == ("day", "spend", "clicks")

    def test_stand_below_lines_that_are_as_wide(self):
        text = f"Report,,\n1 June 2026,,\n{HEADER}\n{ROW}\n2026-01-02,0,0\n"

        assert table_of(text).columns == ("day", "spend", "clicks")
        assert sums_of(check_of(text)) == SUM

    @pytest.mark.parametrize(
        "name", ["Umsätze", "umsätze", " UMSÄTZE ", "umsa\u0308tze", "Ums\u00e4tze\u00a0"]
    )
    def test_are_compared_loosely(self, name):
        text = f"day,Umsa\u0308tze,clicks\n{ROW}\n"

        assert sums_of(check_of(text, channels=[{"name": "tv", "spend": name}])) == {
            ("tv", "spend"): "1.5"
        }
        assert table_of(text).columns[1] == "Umsätze"

    def test_have_single_spaces(self):
        assert (
            table_of("day,Amount\u00a0 \nspent (EUR)\n".replace("\n", " ") + "\n" + ROW)
            .columns[1]
            .startswith("Amount spent")
        )

    def test_name_what_is_missing(self):
        error = refusal_of("day,cost\n2026-01-01,1\n")

        assert "'spend', 'clicks'" in error["message"]
        assert "'day', 'cost'" in error["message"]

    def test_may_name_a_column_twice(self):
        text = "day,spend,clicks,a,a\n2026-01-01,1.5,2,3,4\n"

        assert sums_of(check_of(text)) == SUM

    def test_of_twins_with_the_same_cells_one_is_read(self):
        found = check_of("day,spend,spend,clicks\n2026-01-01,1.5,1.5,2\n")

        assert sums_of(found) == SUM
        assert codes_of(found) == ["twins"]

    def test_of_twins_with_other_cells_none_is_read(self):
        assert refusal_of("day,spend,spend,clicks\n2026-01-01,1,2,2\n")["column"] == "spend"


class TestRows:
    def test_may_lack_cells_of_columns_that_are_not_mapped(self):
        assert sums_of(check_of(f"{HEADER},note\n{ROW}\n")) == SUM

    def test_that_lack_a_mapped_cell_are_told(self):
        found = check_of(f"{HEADER}\n2026-01-01,1\n{ROW},9\n2026-01-02,1,1\n")

        assert [error.line for error in found.errors] == [2, 3]
        assert "4 cells, the header 3" in found.errors[1].message

    def test_of_a_files_beginning_end_before_the_cut(self):
        text = f"{HEADER}\n" + "".join(f'2026-01-01,1,"{n}\n"\n' for n in range(1000))

        found = check_of(text, most_bytes=1000)

        assert not found.is_complete
        assert 20 < found.row_count < 60

    def test_of_a_files_beginning_are_two_at_least(self):
        text = f"{HEADER},note\n" + f"{ROW},{'x' * 100_000}\n" * 10

        found = check_of(text, most_bytes=1000)

        assert (1 <= found.row_count <= 3, found.is_complete) == (True, False)


class TestLimits:
    def test_refuse_many_columns(self):
        names = ",".join(f"c{number}" for number in range(100_000))

        assert "at most 2000" in refusal_of(f"day,spend,clicks,{names}\n")["message"]

    def test_refuse_a_long_line(self):
        error = refusal_of(HEADER.encode() + b"\n" + b"1" * 50_000_000 + b"\n")

        assert (error["line"], "longer than" in error["message"]) == (2, True)

    def test_refuse_a_long_line_that_a_files_beginning_cuts(self):
        error = refusal_of(HEADER.encode() + b"\n" + b"1" * 5_000_000 + b"\n", most_bytes=1000)

        assert (error["line"], "longer than" in error["message"]) == (2, True)

    def test_refuse_a_long_cell(self):
        assert refusal_of(f'{HEADER}\n2026-01-01,"{"1" * 200_000}",1\n')["line"] == 2

    def test_refuse_a_quote_that_never_closes_at_once(self):
        text = f'{HEADER}\n2026-01-01,"1,1\n' + "2026-01-01,1,1\n" * 500_000

        assert refusal_of(text)["line"] == 2
