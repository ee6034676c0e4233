"""Tables of pages as workbooks of one sheet, as spreadsheets read them (ISO/IEC 29500)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from django.http import HttpResponse

from omnify.pages.parts import Cell, Table

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Spreadsheets keep so many digits of a number; longer ones are written as texts.
_MOST_DIGITS: Final = 15
_FIRST_DAY: Final = date(1899, 12, 30)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_PARTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: What XML 1.0 has no place for.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The styles of cells: as it comes, a day, a heading, a time.
_DAY, _HEADING, _TIME = 1, 2, 3
_FILES: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_PARTS_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{_PARTS_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_PARTS_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="sheet.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f"<styleSheet {_MAIN}>"
        '<fonts count="2"><font/><font><b/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="4"><xf/><xf numFmtId="14" applyNumberFormat="1"/>'
        '<xf fontId="1" applyFont="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    ),
}


def xlsx_file(table: Table, *, name: str) -> HttpResponse:
    """Return a table's exact values, under its columns' headings with their units.

    Times are those of their zones, which spreadsheets do not know.
    As in a CSV file there is no row of totals: who sums the column would count twice.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in _FILES.items():
            package.writestr(path, _HEAD + text)
        package.writestr("xl/workbook.xml", _HEAD + _workbook(table.caption))
        package.writestr("xl/sheet.xml", _HEAD + _sheet(table))
    return HttpResponse(
        content.getvalue(),
        content_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


def _workbook(caption: str) -> str:
    title = re.sub(r"[\[\]:*?/\\']", " ", _UNWRITABLE.sub("", caption))[:31].strip() or "Table"
    quoted = escape(title, {'"': "&quot;"})
    return (
        f'<workbook {_MAIN} xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{quoted}" sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def _sheet(table: Table) -> str:
    head = "".join(_text(column.heading, _HEADING) for column in table.columns)
    rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in table.rows)
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    views = f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
    return f"<worksheet {_MAIN}>{views}<sheetData><row>{head}</row>{rows}</sheetData></worksheet>"


def _cell(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return "<c/>"
    if isinstance(value, datetime):
        since = value.replace(tzinfo=None) - datetime.combine(_FIRST_DAY, time())
        return f'<c s="{_TIME}"><v>{since / timedelta(days=1):.8f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DAY}"><v>{(value - _FIRST_DAY).days}</v></c>'
    if isinstance(value, int | Decimal) and _fits(Decimal(value)):
        return f"<c><v>{value}</v></c>"
    return _text(str(value))


def _fits(value: Decimal) -> bool:
    return value.is_finite() and len(value.as_tuple().digits) <= _MOST_DIGITS


def _text(text: str, style: int = 0) -> str:
    written = escape(_UNWRITABLE.sub("", text))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'
