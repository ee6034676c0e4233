"""Shows what a file holds before anything is said about it: a proposal, and what it comes to."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, Final

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading.checking import check
from apps.integrations.imports.reading.parsing import make_mapping
from apps.integrations.imports.reading.preparing import prepare
from apps.integrations.imports.reading.proposals import Proposal, propose
from apps.integrations.imports.reading.results import Check
from apps.integrations.imports.reading.tables.opening import open_table
from apps.integrations.imports.reading.tables.table import Table
from omnify.services.messages import Message

SHOWN_ROWS: Final = 20
_MASK: Final = "•••"


class Preview(Message):
    """A file's columns, its first rows, a mapping to begin with, and what it comes to by that.

    ``check`` is None where nothing can be proposed; customers are masked in ``rows``.
    """

    columns: tuple[str, ...]
    proposal: Proposal
    rows: tuple[dict[str, str], ...]
    check: Check | None


def preview(  # noqa: PLR0913 - all that is known before a mapping is
    file: BinaryIO,
    *,
    timezone: str,
    today: date,
    currency: str | None = None,
    sheet: str | None = None,
    most_bytes: int | None = None,
) -> Preview:
    """Return what a file holds; ``currency`` is the organization's.

    Raises:
        CsvInvalidError: the file cannot be read as a table.
    """
    table = open_table(file, sheet=sheet, most_bytes=most_bytes)
    proposal = propose(table, currency=currency)
    fields = dict(proposal.mapping)
    if sheet is not None:
        fields["sheet"] = proposal.mapping["sheet"] = sheet
    # Sums do not depend on the currency that people have yet to say.
    fields["currency"] = fields["currency"] or "USD"
    found = None
    try:
        mapping = make_mapping(fields)
    except CsvMappingError:
        pass
    else:
        plan = prepare(file, mapping, timezone=timezone, today=today, most_bytes=most_bytes)
        found = check(plan)
    return Preview(
        columns=tuple(name for name in table.columns if name),
        proposal=proposal,
        rows=_first_rows(table, fields.get("customer")),
        check=found,
    )


def _first_rows(table: Table, customer: Any) -> tuple[dict[str, str], ...]:
    chunk = next(table.chunks(), None)
    rows = chunk.rows[:SHOWN_ROWS] if chunk is not None else []
    return tuple(
        {
            name: _MASK if (name == customer and cell) or "@" in cell else cell
            for name, cell in zip(table.columns, row, strict=True)
            if name
        }
        for row in rows
    )
