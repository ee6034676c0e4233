"""Workbooks are read with their real days and numbers; bombs are refused."""

import io
import zipfile
from datetime import date, datetime

import pytest

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading import list_sheets
from tests.apps.integrations.imports.reading.reads import check_of, refusal_of, sums_of
from tests.apps.integrations.imports.reading.workbooks import workbook_of

HEADER = ["day", "spend", "clicks"]
DAY = date(2026, 9, 1)
SUM = {("tv", "spend"): "1234.567", ("tv", "clicks"): "3"}


class TestWorkbooks:
    def test_have_real_days_and_numbers(self):
        found = check_of(workbook_of([HEADER, [DAY, 1.234, 1], [date(2026, 9, 2), 1233.333, 2]]))

        assert sums_of(found) == SUM
        assert (found.first_date, found.last_date) == (DAY, date(2026, 9, 2))
        assert not found.questions

    def test_may_have_texts_in_their_place(self):
        rows = [HEADER, ["01.09.2026", "1.234,567", "3"], ["13.09.2026", "0,0", None]]

        assert sums_of(check_of(workbook_of(rows))) == SUM

    def test_may_have_times_and_serial_days(self):
        rows = [HEADER, [datetime(2026, 9, 1, 23, 30), 1, 1], [46267, 1, 1]]  # noqa: DTZ001

        found = check_of(workbook_of(rows))

        assert (found.first_date, found.last_date) == (DAY, date(2026, 9, 2))

    def test_are_searched_for_their_table(self):
        rows = [["Report"], [None], ["", "from", "to"], HEADER, [DAY, 1, 1]]

        assert check_of(workbook_of(rows)).row_count == 1

    def test_have_their_first_sheet_read(self):
        content = workbook_of([HEADER, [DAY, 5, 5]], [HEADER, [DAY, 7, 7]], names=["One", "Two"])

        assert sums_of(check_of(content))["tv", "spend"] == "5"
        assert sums_of(check_of(content, sheet=" two"))["tv", "spend"] == "7"

    @pytest.mark.parametrize(
        "content", [workbook_of([HEADER]), b"day,spend,clicks\n2026-01-01,1,1"]
    )
    def test_of_other_names_are_refused(self, content):
        with pytest.raises(CsvMappingError) as caught:
            check_of(content, sheet="three")

        assert caught.value.errors[0]["field"] == "sheet"

    def test_have_errors_by_row(self):
        rows = [HEADER, [DAY, 1, 1], [None], [DAY, "x", 1]]

        assert [(each.line, each.column) for each in check_of(workbook_of(rows)).errors] == [
            (4, "spend")
        ]


class TestBeginnings:
    ROWS = (HEADER, *([date(2026, 9, 1 + number % 28), 1.5, number] for number in range(3000)))

    def test_have_the_first_rows(self):
        found = check_of(workbook_of(self.ROWS), most_bytes=5000)

        assert not found.is_complete
        assert 20 < found.row_count < 100
        assert found.first_date == DAY

    def test_of_smaller_files_are_whole(self):
        found = check_of(workbook_of(self.ROWS), most_bytes=500_000)

        assert (found.row_count, found.is_complete) == (3000, True)

    def test_have_every_sheet(self):
        content = workbook_of([["a"]], self.ROWS, names=["One", "Two"])

        assert check_of(content, sheet="Two", most_bytes=5000).row_count > 20
        assert list_sheets(io.BytesIO(content)) == ("One", "Two")

    @pytest.mark.parametrize("part", ["xl/media/a", "xl/worksheets/sheet2.xml"])
    def test_of_bombs_are_refused(self, part):
        content = workbook_of(self.ROWS, extra={part: b"0" * 120_000_000})

        if "media" in part:
            assert "too large" in refusal_of(content, most_bytes=5000)["message"]
        else:
            assert check_of(content, most_bytes=5000).row_count > 20


class TestBombs:
    def test_of_zeros_are_refused(self):
        content = workbook_of([HEADER, [DAY, 1, 1]], extra={"xl/media/a": b"0" * 300_000_000})

        assert "too large" in refusal_of(content)["message"]

    def test_of_sheets_with_far_cells_are_refused(self):
        far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'

        assert "too large" in refusal_of(workbook_of(far))["message"]

    def test_of_tall_sheets_are_refused(self):
        far = '<row r="1"><c r="A1"/><c r="Z1"/></row><row r="1048576"><c r="A1048576"/></row>'

        assert "too large" in refusal_of(workbook_of(far))["message"]

    def test_of_one_cell_a_million_times_are_refused(self):
        cells = '<row r="1">' + '<c r="A1"><v>1</v></c>' * 1_100_000 + "</row>"

        assert "too large" in refusal_of(workbook_of(cells))["message"]

    def test_that_only_say_so_are_read(self):
        content = workbook_of([HEADER, [DAY, 1, 1]], dimension="A1:XFD1048576")

        assert check_of(content).row_count == 1

    def test_of_entities_are_refused(self):
        entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
        part = f'<!DOCTYPE a [<!ENTITY a0 "x">{entities}]><worksheet>&a9;</worksheet>'

        assert refusal_of(workbook_of([HEADER], extra={"xl/worksheets/sheet1.xml": part}))

    @pytest.mark.parametrize("cut", [10, 300, 1000])
    def test_damaged_files_are_refused(self, cut):
        assert refusal_of(workbook_of([HEADER, [DAY, 1, 1]])[:cut])

    def test_other_archives_are_refused(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", "day,spend,clicks\n2026-01-01,1,1\n")

        assert refusal_of(path.read_bytes())
