"""Shows what a file holds before anything is said about it: a proposal, and what it comes to."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, Final
from uuid import UUID

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.messages import Removed
from apps.integrations.imports.reading.mapping import RATES, AnyMapping
from apps.integrations.imports.reading.masking import find_personal, mask_cell
from apps.integrations.imports.reading.parsing import make_mapping
from apps.integrations.imports.reading.preparing import prepare
from apps.integrations.imports.reading.proposals import ColumnUse, propose
from apps.integrations.imports.reading.reader import check
from apps.integrations.imports.reading.refusals import RowError
from apps.integrations.imports.reading.results import Check, Days, MeasureSum, Question, Remark
from apps.integrations.imports.reading.tables.opening import open_table
from apps.integrations.imports.reading.tables.table import Table
from omnify.services.messages import Message

SHOWN_ROWS: Final = 20


class Preview(Message):
    """What a file holds, before it is imported: by a mapping, or by the one that is proposed.

    Attributes:
        proposal: a mapping that can be posted unchanged; its currency is null where neither the
            file nor the organization says it.
        uses: what each column is proposed for, or why it is not used.
        export: the export that the file is, if it is known.
        rows: the first rows as they are written; customers are masked.
        kind: what the rows are read as; empty where no mapping can be proposed.
        complete: whether all of the file was read, not its beginning only.
        job_id: the job that checks all of it then, and whose result is the check.
        currencies: what the proposal's currency may be, the likely ones first, where signs in the
            file leave it open.
        removed: the first of what the file would take away from its source; of a large file, whose
            warning is ``removed_open``, the import tells it.
        removed_count: of how many entities it would take something away.
    """

    columns: tuple[str, ...]
    proposal: dict[str, Any]
    uses: tuple[ColumnUse, ...]
    export: str
    rows: tuple[dict[str, str], ...]
    kind: str = ""
    currency: str | None = None
    row_count: int = 0
    metric_count: int = 0
    order_count: int = 0
    touchpoint_count: int = 0
    rate_count: int = 0
    first_date: date | None = None
    last_date: date | None = None
    grain: str = ""
    sums: tuple[MeasureSum, ...] = ()
    gaps: tuple[Days, ...] = ()
    warnings: tuple[Remark, ...] = ()
    questions: tuple[Question, ...] = ()
    errors: tuple[RowError, ...] = ()
    error_count: int = 0
    complete: bool = True
    job_id: UUID | None = None
    currencies: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    removed_count: int = 0


def preview(  # noqa: PLR0913 - all that is known of a file
    file: BinaryIO,
    *,
    mapping: AnyMapping | None = None,
    timezone: str,
    today: date,
    currency: str | None = None,
    sheet: str | None = None,
    most_bytes: int | None = None,
) -> Preview:
    """Return what a file holds by a mapping, or else by a proposed one.

    ``currency`` is the organization's, ``sheet`` a workbook's where no mapping names it.

    Raises:
        CsvInvalidError: the file cannot be read as a table.
        CsvMappingError: the mapping does not fit the file.
    """
    sheet = mapping.sheet if mapping is not None else sheet
    table = open_table(file, sheet=sheet, most_bytes=most_bytes)
    proposal = propose(table, currency=currency)
    if sheet is not None:
        proposal.mapping["sheet"] = sheet
    used = mapping or mapping_of(proposal.mapping, proposal.currencies)
    found = None
    if used is not None:
        plan = prepare(file, used, timezone=timezone, today=today, most_bytes=most_bytes)
        found = check(plan)
    facts = _facts_of(found) if found is not None else {}
    if mapping is None:
        facts["warnings"] = (*facts.get("warnings", ()), *proposal.remarks)
    is_currency_known = mapping is not None or currency_of(proposal.mapping) is not None
    return Preview(
        columns=tuple(name for name in table.columns if name),
        proposal=proposal.mapping,
        uses=proposal.columns,
        export=proposal.export,
        rows=_first_rows(table, find_personal(table, used)),
        **facts,
        currencies=proposal.currencies,
        currency=found.currency if found is not None and is_currency_known else None,
    )


def mapping_of(proposal: dict[str, Any], currencies: tuple[str, ...] = ()) -> AnyMapping | None:
    """Return a proposal as a mapping, None where it proposes nothing that can be read.

    Where the currency is yet to be said it is the first that it may be, on which sums do not
    depend.
    """
    said = {}
    if currency_of(proposal) is None:
        said = {"currency": next(iter(currencies), "USD")}
    try:
        return make_mapping({**proposal, **said})
    except CsvMappingError:
        return None


def currency_of(proposal: dict[str, Any]) -> str | None:
    """Return what a proposal says the currency is: of amounts, or what rates are of."""
    found: str | None = proposal["base" if proposal["kind"] == RATES else "currency"]
    return found


def _facts_of(found: Check) -> dict[str, Any]:
    names = (
        *(
            "kind",
            "row_count",
            "metric_count",
            "order_count",
            "touchpoint_count",
            "rate_count",
            "first_date",
            "last_date",
            "grain",
            "sums",
            "gaps",
        ),
        *("warnings", "questions", "errors", "error_count"),
    )
    return {"complete": found.is_complete, **{name: getattr(found, name) for name in names}}


def _first_rows(table: Table, personal: frozenset[int]) -> tuple[dict[str, str], ...]:
    chunk = next(table.chunks(), None)
    rows = chunk.rows[:SHOWN_ROWS] if chunk is not None else []
    return tuple(
        {
            name: mask_cell(cell, is_personal=position in personal)
            for position, (name, cell) in enumerate(zip(table.columns, row, strict=True))
            if name
        }
        for row in rows
    )
