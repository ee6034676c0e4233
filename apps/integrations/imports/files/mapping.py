"""Which column of a file is which number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from apps.integrations.contract import MEASURES
from apps.integrations.exceptions import CsvMappingError
from omnify.names import clean_name, find_name_problem, fold

MAX_CHANNELS = 100
_MAX_NAME = 64
#: The measure that each field of a channel in a mapping fills.
CHANNEL_FIELDS: Final = {
    measure.channel_field: measure.name for measure in MEASURES if measure.channel_field
}


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A marketing channel in a mapping, without the fields that hold its columns."""

    name: str

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by measure."""
        fields = ((measure, getattr(self, field)) for field, measure in CHANNEL_FIELDS.items())
        return {measure: column for measure, column in fields if column is not None}


if TYPE_CHECKING:
    ChannelMapping: TypeAlias = Channel
else:
    # The measures say which fields there are; a type checker cannot know.
    ChannelMapping = msgspec.defstruct(
        "ChannelMapping",
        [(field, str | None, None) for field in CHANNEL_FIELDS],
        bases=(Channel,),
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
    )


class CsvMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file's columns.

    ``currency`` is an ISO 4217 code, or the name of a column that holds the same code in every
    row. ``revenue`` is the shop's own, of the whole organization; a channel's is what its platform
    claims to have caused. Files of one ``source`` continue and correct each other; files of
    different sources add up.
    """

    date: str
    currency: str
    revenue: str | None = None
    channels: tuple[ChannelMapping, ...] = ()
    source: str = "csv"

    def columns(self) -> list[str]:
        """Return every column that the mapping names, once each."""
        named = [self.date, *([self.revenue] if self.revenue is not None else [])]
        for channel in self.channels:
            named.extend(channel.columns().values())
        return list(dict.fromkeys(named))


def parse_mapping(text: str) -> CsvMapping:
    """Read a mapping from its JSON text.

    Raises:
        CsvMappingError: it is not valid; ``errors`` names each field.
    """
    try:
        mapping = msgspec.json.decode(text.encode("utf-8", "replace"), type=CsvMapping)
    except msgspec.DecodeError as error:
        raise CsvMappingError(errors=[{"field": "mapping", "message": str(error)}]) from error
    errors = [{"field": field, "message": message} for field, message in _problems(mapping)]
    if errors:
        raise CsvMappingError(errors=errors)
    return _clean(mapping)


def _clean(mapping: CsvMapping) -> CsvMapping:
    """Return a mapping with its names in their one form; names of columns stay as they are."""
    replace = msgspec.structs.replace
    channels = tuple(replace(each, name=clean_name(each.name)) for each in mapping.channels)
    return replace(mapping, source=clean_name(mapping.source), channels=channels)


def _problems(mapping: CsvMapping) -> Iterator[tuple[str, str]]:
    if not any((mapping.revenue, *(channel.columns() for channel in mapping.channels))):
        yield "mapping", "It maps no numbers: name a revenue column or a channel's columns."
    if len(mapping.channels) > MAX_CHANNELS:
        yield "channels", f"There are {len(mapping.channels)}; at most {MAX_CHANNELS} are allowed."
    yield from _name_problems("source", mapping.source)
    if mapping.currency in mapping.columns():
        yield "currency", f"The column '{mapping.currency}' is mapped as something else, too."
    mapped = [mapping.date, mapping.revenue, *_channel_columns(mapping)]
    for column in dict.fromkeys(mapped):
        if column is not None and mapped.count(column) > 1:
            yield (
                "mapping",
                f"The column '{column}' is mapped twice; its numbers would count twice.",
            )
    seen: set[str] = set()
    for position, channel in enumerate(mapping.channels):
        field = f"channels.{position}"
        yield from _name_problems(f"{field}.name", channel.name)
        if fold(channel.name) in seen:
            yield f"{field}.name", f"'{channel.name}' is listed twice."
        if not channel.columns():
            yield field, f"'{channel.name}' maps no column."
        seen.add(fold(channel.name))


def _channel_columns(mapping: CsvMapping) -> Iterator[str]:
    for channel in mapping.channels:
        yield from channel.columns().values()


def _name_problems(field: str, text: str) -> Iterator[tuple[str, str]]:
    name = clean_name(text)
    if not name or len(name) > _MAX_NAME:
        yield field, f"It has to have 1 to {_MAX_NAME} characters."
    elif name[0] in "=+-@":
        yield field, f"'{name}' begins like a spreadsheet formula; begin with a letter."
    elif problem := find_name_problem(name):
        yield field, problem
