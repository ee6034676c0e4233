"""Proposes a mapping for a table, by its headers and cells: one that can be posted unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.choosing import ALTERNATIVES, TEXT_REASON, choose_measures
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
    SCALED,
    Meaning,
    meaning_of,
)
from apps.integrations.imports.reading.known.orders import (
    find_orders,
    is_of_orders,
    known_columns,
    special_positions,
)
from apps.integrations.imports.reading.known.rates import find_rates
from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.refusals import listed
from apps.integrations.imports.reading.results import Remark
from apps.integrations.imports.reading.samples import Sample, take_sample
from apps.integrations.imports.reading.tables.table import Table
from omnify.names import fold
from omnify.services.messages import Message

_RATE_REASON: Final = "It is an average, a rate or a price: it does not add up."
_SCALED_REASON: Final = "It is in thousands or another unit: convert it to be able to map it."
_FOREIGN_REASON: Final = "It is about others, not about what you spend or sell."
_UNKNOWN_REASON: Final = "Nothing in its name says which number it is."
#: What orders have beside their revenue; a column of words ("Refunded: no") is none of them.
_ORDER_NUMBERS: Final = frozenset(["quantity", "discount", "refund"])
_NO_RATE_REASON: Final = "It is no rate of a currency that is in use."
_PATH_REASON: Final = "Paths of touches do not need it."
_CLAIM_REASON: Final = "It is what ads are said to have sold: name their channel to use it."


class ColumnUse(Message):
    """What a column is proposed for: a field of the mapping, or why it is left unused."""

    column: str
    field: str
    reason: str = ""


class Proposal(Message):
    """A mapping that can be posted unchanged; its currency is null where nothing says it.

    So is a measure that several columns may be: posted as null, people are asked.

    Attributes:
        mapping: its JSON fields.
        export: the export that the file is, if it is known.
        currencies: what its currency may be, where the file's signs leave it open.
        undecided: by a field that is null, the fields and columns that it may be; without a column
            the field is left out.
    """

    mapping: dict[str, Any]
    columns: tuple[ColumnUse, ...]
    export: str = ""
    currencies: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    undecided: dict[str, tuple[tuple[str, str], ...]] = msgspec.field(default_factory=dict)


def propose(table: Table, *, currency: str | None = None, source: str | None = None) -> Proposal:
    """Return the mapping that a table's headers and first rows suggest.

    ``currency`` is the organization's, taken where the file says none.
    """
    sample = take_sample(table)
    rates = find_rates(table, sample)
    if rates is not None:
        return _propose_rates(table, rates, source)
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
        undecided=proposer.undecided,
    )


def _propose_rates(table: Table, fields: dict[str, Any], source: str | None) -> Proposal:
    bank = fields.get("source", "")
    wide = [each["rate"] for each in fields.get("currencies", ())]
    used = {
        **{name: field for field, name in fields.items() if name in table.columns},
        **dict.fromkeys(wide, "rate"),
    }
    uses = tuple(
        ColumnUse(
            column=name, field=used.get(name, ""), reason="" if name in used else _NO_RATE_REASON
        )
        for name in table.columns
        if name
    )
    mapping = {**fields, "source": source or bank or "csv"}
    return Proposal(mapping=mapping, columns=uses, export=bank)


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
        self._rivals: dict[int, list[int]] = {}
        self._others: dict[int, list[int]] = {}
        self._wholes: frozenset[int] = frozenset()
        self.undecided: dict[str, tuple[tuple[str, str], ...]] = {}

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
        has_channels = self._channel_column is not None
        found = choose_measures(
            self._table,
            self._sample,
            self._meanings,
            taken=frozenset(self._fields),
            own_channel=self._export.channel if self._export is not None else "",
            has_channels=has_channels,
        )
        self._reasons |= found.reasons
        self._rivals, self._others = found.rivals, found.others
        self._wholes = found.wholes
        fields.update(self._place(found.columns))
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
            for position in (
                *(*self._fields, *self._wholes, *self._rivals),
                *chain(*self._rivals.values()),
            )
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
        """Tell amounts of which other columns were left out."""
        for position, others in self._others.items():
            if position in self._fields:
                name, measure = self._table.columns[position], self._meanings[position].measure
                left = listed(self._table.columns[at] for at in others)
                message = (
                    f"Several columns are of the {measure}: '{name}' is taken, not {left}. Map"
                    " another one if it is that."
                )
                yield Remark(code="several", message=message)

    def _reason_of(self, position: int) -> str:
        if position in self._reasons:
            return self._reasons[position]
        meaning = self._meanings[position]
        if meaning.role == MEASURE:
            return _PATH_REASON
        if meaning.role == RATE:
            return _RATE_REASON
        if meaning.role == SCALED:
            return _SCALED_REASON
        if meaning.role == FOREIGN:
            return _FOREIGN_REASON
        return _UNKNOWN_REASON if self._sample.is_number(position) else TEXT_REASON

    def _take(self, position: int, field: str) -> str:
        self._fields[position] = field
        return self._table.columns[position]

    def _take_or_ask(self, position: int, field: str, use: str) -> str | None:
        """Return the column of a measure; None where people have to say which one it is."""
        rivals = self._rivals.get(position)
        if position in self._wholes:
            self.undecided[field] = ((field, self._table.columns[position]), (field, ""))
            return None
        if rivals is None:
            return self._take(position, use)
        measure = self._meanings[position].measure
        place, other = field.rpartition(measure)[0], ALTERNATIVES[measure]
        columns = [self._table.columns[at] for at in (position, *rivals)]
        self.undecided[field] = (
            *((field, column) for column in columns),
            *(() if rivals else ((f"{place}{other}", columns[0]),)),
        )
        return None

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

    def _place(self, measures: dict[tuple[str, str], int]) -> dict[str, Any]:
        """Put measures where they belong: to channels, to the file's rows, or to the whole."""
        fields: dict[str, Any] = {}
        channels: dict[str, dict[str, str | None]] = {}
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
                fields[measure] = self._take_or_ask(position, measure, measure)
                continue
            channel = channels.setdefault(fold(name), {"name": name})
            if measure not in channel:
                path = f"channels.{list(channels).index(fold(name))}.{measure}"
                use = f"channels.{name}.{measure}"
                channel[measure] = self._take_or_ask(position, path, use)
        if channels or not fields:
            fields["channels"] = list(channels.values())
        return fields
