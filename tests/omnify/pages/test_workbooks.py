"""Tables as workbooks: what a spreadsheet reads in them."""

import io
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import python_calamine
from msgspec.structs import replace

from omnify.pages.parts import Cell, Column, Table
from omnify.pages.workbooks import xlsx_file

TABLE = Table(
    id="channels",
    caption="Channels: all [2018]",
    columns=(Column("channel", "Channel"), Column("spend", "Spend", "EUR", is_number=True)),
    rows=(),
)


def read(*rows, **changes):
    table = replace(TABLE, rows=rows, **changes)
    content = xlsx_file(table, name="channels").content
    book = python_calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0)


class TestXlsxFile:
    def test_has_headings_with_units_and_exact_numbers(self):
        sheet = read((Cell("tv"), Cell(Decimal("591379.89"), "591 k")))

        assert sheet.to_python() == [["Channel", "Spend, EUR"], ["tv", 591379.89]]

    def test_leaves_the_total_to_those_who_sum(self):
        sheet = read((Cell("tv"), Cell(1)), total=(Cell("Total"), Cell(1)))

        assert sheet.to_python()[-1] == ["tv", 1.0]

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (None, ""),
            (date(2018, 11, 17), date(2018, 11, 17)),
            (
                datetime(2018, 11, 17, 9, 30, 15, tzinfo=timezone(timedelta(hours=2))),
                datetime(2018, 11, 17, 9, 30, 15),  # noqa: DTZ001 - spreadsheets have no zones
            ),
            # More digits than a spreadsheet keeps.
            (Decimal("12345678901234567.89"), "12345678901234567.89"),
            ("=1+1", "=1+1"),
            ("a < b & c\x00\x1b", "a < b & c"),
            ("قناة", "قناة"),
        ],
    )
    def test_keeps_what_a_cell_has(self, value, shown):
        sheet = read((Cell("last"), Cell(value)), (Cell("tv"), Cell(0)))

        assert sheet.to_python()[1][1] == shown

    def test_has_a_name_that_spreadsheets_take(self):
        assert read().name == "Channels  all  2018"

    def test_is_saved_by_its_name(self):
        answer = xlsx_file(TABLE, name="channels-2018")

        assert answer["Content-Disposition"] == 'attachment; filename="channels-2018.xlsx"'
