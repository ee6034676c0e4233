"""Writes small XLSX workbooks, part by part."""

import io
import zipfile
from datetime import date, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1"'
    f' Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - workbooks know no zones


class Money(NamedTuple):
    """A number that is shown in a format."""

    number: float
    format: str


def workbook_of(*sheets, names=(), extra=(), dimension="A1"):
    """Return a workbook's bytes; a sheet is a list of rows of texts, numbers, money and days."""
    formats = _formats_of(sheets)
    names = names or [f"Sheet{number}" for number in range(1, len(sheets) + 1)]
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "xl/workbook.xml": _workbook(names),
        "xl/_rels/workbook.xml.rels": _relations(len(sheets)),
        "xl/styles.xml": _styles(formats),
        **{
            f"xl/worksheets/sheet{number}.xml": _sheet(rows, dimension, formats)
            for number, rows in enumerate(sheets, start=1)
        },
        **dict(extra),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _workbook(names):
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    return (
        f'<workbook xmlns="{_NAMESPACE}" xmlns:r="{_RELATION}"><sheets>{sheets}</sheets></workbook>'
    )


def _relations(count):
    sheets = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/worksheet"'
        f' Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, count + 1)
    )
    styles = f'<Relationship Id="rId99" Type="{_RELATION}/styles" Target="styles.xml"/>'
    return f'<Relationships xmlns="{_PACKAGE}">{sheets}{styles}</Relationships>'


def _formats_of(sheets):
    """The formats of money by the number of their style, which follow those of days."""
    rows = [row for sheet in sheets if not isinstance(sheet, str) for row in sheet]
    money = [cell.format for row in rows for cell in row if isinstance(cell, Money)]
    return {each: number for number, each in enumerate(dict.fromkeys(money), start=3)}


def _styles(formats):
    own = "".join(
        f'<numFmt numFmtId="{170 + number}" formatCode={quoteattr(each)}/>'
        for each, number in formats.items()
    )
    styles = "".join(f'<xf numFmtId="{170 + number}"/>' for number in formats.values())
    return (
        f'<styleSheet xmlns="{_NAMESPACE}"><numFmts>{own}</numFmts><cellStyleXfs>'
        '<xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        f'<xf numFmtId="22"/>{styles}</cellXfs></styleSheet>'
    )


def _sheet(rows, dimension, formats):
    if isinstance(rows, str):
        body = rows
    else:
        body = "".join(_row(number, row, formats) for number, row in enumerate(rows, start=1))
    return (
        f'<worksheet xmlns="{_NAMESPACE}"><dimension ref="{dimension}"/>'
        f"<sheetData>{body}</sheetData></worksheet>"
    )


def _row(number, row, formats):
    cells = "".join(_cell(number, at, each, formats) for at, each in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def _cell(row, column, value, formats):
    if value is None:
        return ""
    reference = f"{chr(65 + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, Money):
        return f'<c r="{reference}" s="{formats[value.format]}"><v>{value.number!r}</v></c>'
    if isinstance(value, datetime):
        days = (value - _EPOCH).total_seconds() / 86_400
        return f'<c r="{reference}" s="2"><v>{days!r}</v></c>'
    if isinstance(value, date):
        days = value.toordinal() - _EPOCH.toordinal()
        return f'<c r="{reference}" s="1"><v>{days}</v></c>'
    return f'<c r="{reference}"><v>{value!r}</v></c>'
