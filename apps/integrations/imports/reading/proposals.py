"""Proposes a mapping for a table, by its headers and cells: one that can be posted unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from apps.integrations.imports.reading.currencies import (
    CurrencyProposal,
    leave_open,
    propose_currency,
)
from apps.integrations.imports.reading.known.columns import find_end
from apps.integrations.imports.reading.known.exports import CURRENCY as CURRENCY_COLUMN
from apps.integrations.imports.reading.known.exports import Export, find_export
from apps.integrations.imports.reading.known.headers import (
    AD,
    CAMPAIGN,
    CHANNEL,
    CURRENCY,
    DATE,
    FOREIGN,
    GROUP,
    MEASURE,
    RATE,
    Meaning,
    meaning_of,
)
from apps.integrations.imports.reading.known.orders import (
    find_orders,
    is_of_orders,
    known_columns,
    special_positions,
)
from apps.integrations.imports.reading.measures import AMOUNTS
from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.refusals import listed
from apps.integrations.imports.reading.results import Remark
from apps.integrations.imports.reading.samples import Sample, take_sample
from apps.integrations.imports.reading.tables.table import Table
from omnify.names import fold
from omnify.services.messages import Message

_RATE_REASON: Final = "It is an average, a rate or a price: it does not add up."
_FOREIGN_REASON: Final = "It is about others, not about what you spend or sell."
_UNKNOWN_REASON: Final = "Nothing in its name says which number it is."
_TEXT_REASON: Final = "Its cells are not numbers."
_SUM_REASON: Final = "It is the sum of other columns and would count twice."
_SUM_WORDS: Final = ("total", "all", "sum", "overall")
#: What orders have beside their revenue; a column of words ("Refunded: no") is none of them.
_ORDER_NUMBERS: Final = frozenset(["quantity", "discount", "refund"])
_WORD: Final = re.compile(r"[^\W\d_]+")
_CLAIM_REASON: Final = "It is what ads are said to have sold: name their channel to use it."
_KIND_REASON: Final = "It is a kind of {measure} that does not add to the others."


class ColumnUse(Message):
    """What a column is proposed for: a field of the mapping, or why it is left unused."""

    column: str
    field: str
    reason: str = ""


class Proposal(Message):
    """A mapping that can be posted unchanged; its currency is null where nothing says it.

    Attributes:
        mapping: its JSON fields.
        export: the export that the file is, if it is known.
        currencies: what its currency may be, where the file's signs leave it open.
    """

    mapping: dict[str, Any]
    columns: tuple[ColumnUse, ...]
    export: str = ""
    currencies: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def propose(table: Table, *, currency: str | None = None, source: str | None = None) -> Proposal:
    """Return the mapping that a table's headers and first rows suggest.

    ``currency`` is the organization's, taken where the file says none.
    """
    sample = take_sample(table)
    export = find_export(table)
    name = source or (export.name.lower().replace(" ", "_") if export is not None else "csv")
    orders = find_orders(table) if export is None else export if is_of_orders(export) else None
    if orders is not None:
        return _propose_orders(table, sample, orders, currency, name)
    proposer = _Proposer(table, sample, export)
    fields = proposer.run()
    found = proposer.find_currency(currency)
    mapping = {
        "kind": fields.pop("kind", "metrics"),
        "source": name,
        "currency": found.code,
        **fields,
    }
    return Proposal(
        mapping=mapping,
        columns=tuple(proposer.uses()),
        export=export.name if export is not None else "",
        currencies=found.choices,
        remarks=(*found.remarks, *proposer.remarks()),
    )


def _propose_orders(
    table: Table, sample: Sample, export: Export, currency: str | None, source: str
) -> Proposal:
    columns = {
        field: column
        for field, column in known_columns(table, export).items()
        if field not in _ORDER_NUMBERS or sample.may_be_number(table.positions[fold_column(column)])
    }
    # The order's own use comes last, and so first for who can name one use of a column alone.
    columns = {"customer": columns.get("order", ""), **columns}
    special = special_positions(table, export)
    own = table.columns[special[CURRENCY_COLUMN]] if CURRENCY_COLUMN in special else None
    found = CurrencyProposal(own)
    if own is None:
        written = map(sample.currencies_of, range(len(table.columns)))
        found = propose_currency(chain.from_iterable(written), currency)
    mapping = {
        "kind": "orders",
        "source": source,
        "currency": found.code,
        **{field: column for field, column in columns.items() if column},
    }
    used = {column: field for field, column in columns.items()}
    uses = tuple(
        ColumnUse(
            column=column,
            field=used.get(column, "currency" if column == own else ""),
            reason="" if column in used or column == own else "Orders do not need it.",
        )
        for column in table.columns
    )
    return Proposal(
        mapping=mapping,
        columns=uses,
        export=export.name,
        currencies=found.choices,
        remarks=found.remarks,
    )


class _Proposer:
    """Decides what each column of a file of metrics is proposed for."""

    def __init__(self, table: Table, sample: Sample, export: Export | None) -> None:
        self._table = table
        self._sample = sample
        self._export = export
        self._meanings = [meaning_of(name) if name else Meaning("") for name in table.columns]
        self._fields: dict[int, str] = {}
        self._reasons: dict[int, str] = {}
        self._channel_column: int | None = None
        #: What else could have been taken for an amount, by the column that was.
        self._rivals: dict[int, list[str]] = {}

    def run(self) -> dict[str, Any]:
        """Return the fields of the mapping but the currency and the source."""
        if (touchpoints := self._find_path()) is not None:
            return touchpoints
        date = self._find_date()
        fields: dict[str, Any] = {}
        if date is not None:
            fields["date"] = self._take(date, "date")
            end = find_end(self._table, self._table.columns[date])
            if end is not None and self._sample.is_of_days(end):
                fields["end"] = self._take(end, "end")
        fields.update(self._find_names())
        measures = self._find_measures()
        fields.update(self._place(measures))
        return fields

    def find_currency(self, own: str | None) -> CurrencyProposal:
        """Return the column of the currency, or the code by headers, signs, the organization's."""
        for position, meaning in enumerate(self._meanings):
            if meaning.role == CURRENCY and self._sample.has_currency_codes(position):
                self._fields[position] = "currency"
                return CurrencyProposal(self._table.columns[position])
        for position, meaning in enumerate(self._meanings):
            if meaning.role == CURRENCY and (words := self._sample.words_of(position)):
                return leave_open(self._table.columns[position], words)
        amounts = [
            position
            for position in self._fields
            if self._meanings[position].role == MEASURE and self._sample.is_number(position)
        ]
        written = (self._meanings[position].currencies for position in amounts)
        cells = chain.from_iterable(map(self._sample.currencies_of, amounts))
        return propose_currency(chain(written, cells), own)

    def uses(self) -> list[ColumnUse]:
        """Return what each column is proposed for, or why it is not used."""
        return [
            ColumnUse(
                column=name,
                field=self._fields.get(position, ""),
                reason="" if position in self._fields else self._reason_of(position),
            )
            for position, name in enumerate(self._table.columns)
            if name
        ]

    def remarks(self) -> Iterator[Remark]:
        """Tell amounts that several columns may be: which one counts is for people to say."""
        for position, rivals in self._rivals.items():
            if position in self._fields:
                name, measure = self._table.columns[position], self._meanings[position].measure
                message = (
                    f"Several columns may be the {measure}: '{name}' is taken, not"
                    f" {listed(rivals)}. Map another one if it is that."
                )
                yield Remark(code="several", message=message)

    def _reason_of(self, position: int) -> str:
        if position in self._reasons:
            return self._reasons[position]
        meaning = self._meanings[position]
        if meaning.role == RATE:
            return _RATE_REASON
        if meaning.role == FOREIGN:
            return _FOREIGN_REASON
        return _UNKNOWN_REASON if self._sample.is_number(position) else _TEXT_REASON

    def _take(self, position: int, field: str) -> str:
        self._fields[position] = field
        return self._table.columns[position]

    def _first(self, role: str) -> int | None:
        named = [
            at
            for at, meaning in enumerate(self._meanings)
            if meaning.role == role and at not in self._fields
        ]
        return min(named, key=lambda at: self._meanings[at].rank, default=None)

    def _find_path(self) -> dict[str, Any] | None:
        """Return a mapping of touchpoints, if a column has paths."""
        for position in range(len(self._table.columns)):
            if self._sample.is_of_paths(position):
                break
        else:
            return None
        date = self._find_date()
        if date is None:
            return None
        fields: dict[str, Any] = {"kind": "touchpoints", "at": self._take(date, "at")}
        fields["path"] = self._take(position, "path")
        names = {"conversions": "conversions", "revenue": "value", "spend": "cost"}
        for at, meaning in enumerate(self._meanings):
            field = names.get(meaning.measure)
            if meaning.role == MEASURE and field and field not in fields:
                fields[field] = self._take(at, field)
        nulls = self._table.positions.get("nulls", self._table.positions.get("null"))
        if nulls is not None and nulls not in self._fields:
            fields["nulls"] = self._take(nulls, "nulls")
        return fields

    def _find_date(self) -> int | None:
        """Return the column of days: one that is called so, else the first that has only days."""
        named = [at for at, meaning in enumerate(self._meanings) if meaning.role == DATE]
        for position in sorted(named, key=lambda at: self._meanings[at].rank):
            if self._sample.is_of_days(position):
                return position
        for position in range(len(self._table.columns)):
            if self._sample.is_of_days(position) and not self._sample.is_number(position):
                return position
        return self._first(DATE)

    def _find_names(self) -> dict[str, Any]:
        """Return the columns of channels, campaigns and ads, as far as the file has channels."""
        fields: dict[str, Any] = {}
        if self._export is None or not self._export.channel:
            position = self._first(CHANNEL)
            if position is not None and not self._sample.is_number(position):
                self._channel_column = position
                fields["channel"] = self._take(position, "channel")
        if self._channel_column is None and (self._export is None or not self._export.channel):
            return fields
        for role in (CAMPAIGN, AD):
            position = self._first(role)
            if position is not None and not self._sample.is_number(position):
                fields[role] = self._take(position, role)
        return fields

    def _find_measures(self) -> dict[tuple[str, str], int]:
        """Return the best column of each channel and measure; say why others are not."""
        best: dict[tuple[str, str], int] = {}
        own_channel = self._export.channel if self._export is not None else ""
        self._leave_sums_out()
        order = sorted(range(len(self._meanings)), key=lambda at: (self._meanings[at].rank, at))
        for position in order:
            meaning = self._meanings[position]
            if meaning.role != MEASURE or position in self._reasons or position in self._fields:
                continue
            if meaning.is_never_summed:
                self._reasons[position] = _KIND_REASON.format(measure=meaning.measure)
            elif meaning.channel and own_channel:
                # A platform's export has numbers of that platform alone.
                self._reasons[position] = _KIND_REASON.format(measure=meaning.measure)
            elif not self._sample.may_be_number(position):
                self._reasons[position] = _TEXT_REASON
            else:
                key = (fold(meaning.channel), meaning.measure)
                other = best.setdefault(key, position)
                if other != position:
                    name = self._table.columns[other]
                    self._reasons[position] = f"'{name}' is taken for {meaning.measure}."
                    if meaning.measure in AMOUNTS and not own_channel:
                        self._rivals.setdefault(other, []).append(self._table.columns[position])
        return best

    def _leave_sums_out(self) -> None:
        """Find columns that are the sum of others of their measure."""
        if self._channel_column is not None:
            return
        by_measure: dict[str, list[int]] = {}
        for position, meaning in enumerate(self._meanings):
            if meaning.role == MEASURE and self._sample.is_number(position):
                by_measure.setdefault(meaning.measure, []).append(position)
        for positions in by_measure.values():
            likely = {each for each in positions if self._is_likely_sum(each)}
            # A measure may be the sum of its kinds, and counts then, not they.
            parts = {each for each in positions if self._meanings[each].channel}
            for position in self._sample.find_sums(positions, likely, parts):
                self._reasons[position] = _SUM_REASON

    def _is_likely_sum(self, position: int) -> bool:
        """Return whether a column's name is that of a sum: no channel's, or a total's."""
        words = _WORD.findall(self._table.columns[position].casefold())
        return not self._meanings[position].channel or any(
            word in _SUM_WORDS or word.startswith("gesamt") for word in words
        )

    def _place(self, measures: dict[tuple[str, str], int]) -> dict[str, Any]:
        """Put measures where they belong: to channels, to the file's rows, or to the whole."""
        fields: dict[str, Any] = {}
        channels: dict[str, dict[str, str]] = {}
        are_ads = any(meaning.role in (CAMPAIGN, GROUP, AD) for meaning in self._meanings)
        own_channel = self._export.channel if self._export is not None else ""
        for (folded, measure), position in sorted(measures.items(), key=lambda each: each[1]):
            name = self._meanings[position].channel or own_channel
            if self._channel_column is not None and folded:
                self._reasons[position] = "The file's channels are in a column."
                continue
            if self._channel_column is None and not name and are_ads and measure == "revenue":
                self._reasons[position] = _CLAIM_REASON
                continue
            if self._channel_column is not None or not name:
                fields[measure] = self._take(position, measure)
                continue
            channel = channels.setdefault(fold(name), {"name": name})
            if measure not in channel:
                channel[measure] = self._take(position, f"channels.{name}.{measure}")
        if channels or not fields:
            fields["channels"] = list(channels.values())
        return fields
