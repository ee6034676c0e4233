"""Reads a mapping from its JSON text, and names everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NoReturn

import msgspec

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading.mapping import (
    MAX_NAME,
    METRICS,
    ORDERS,
    RATES,
    TOUCHPOINTS,
    AnyMapping,
    MetricsMapping,
    OrdersMapping,
    RatesMapping,
    TouchpointsMapping,
)
from apps.integrations.imports.reading.measures import ORGANIZATION
from apps.integrations.imports.reading.names import find_problem, fold_column
from apps.integrations.imports.reading.options import find_option_problems
from omnify.api.bodies import decode_json
from omnify.api.parsing import parse
from omnify.exceptions import InvalidInputError
from omnify.money import CURRENCIES
from omnify.names import clean_name, fold
from omnify.services.messages import Message

Problem = tuple[str, str]
_KINDS: Final[dict[str, type[Message]]] = {
    METRICS: MetricsMapping,
    ORDERS: OrdersMapping,
    TOUCHPOINTS: TouchpointsMapping,
    RATES: RatesMapping,
}


def parse_mapping(text: str) -> AnyMapping:
    """Return the mapping that a JSON text amounts to.

    Raises:
        CsvMappingError: it is not valid; ``errors`` names each field.
    """
    return make_mapping(_decode(text))


def make_mapping(fields: Any) -> AnyMapping:
    """Return the mapping that decoded JSON amounts to.

    Raises:
        CsvMappingError: it is not valid; ``errors`` names each field.
    """
    kind = fields.get("kind", METRICS) if isinstance(fields, dict) else METRICS
    message_type = _KINDS.get(kind) if isinstance(kind, str) else None
    if message_type is None:
        _refuse("kind", f"It is one of {', '.join(_KINDS)}.")
    try:
        mapping: AnyMapping = parse(message_type, fields)  # type: ignore[assignment]
    except InvalidInputError as error:
        errors = [{**each, "field": each["field"] or "mapping"} for each in error.errors]
        raise CsvMappingError(errors=errors) from error
    errors = [{"field": field, "message": message} for field, message in _problems(mapping)]
    if errors:
        raise CsvMappingError(errors=errors)
    return _clean(mapping)


def _decode(text: str) -> Any:
    try:
        return decode_json(text, read_object=_object)
    except InvalidInputError as error:
        _refuse("mapping", error.detail)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        shown = twice[:MAX_NAME].encode("utf-8", "replace").decode()
        raise ValueError(f"the key '{shown}' is there twice")
    return fields


def _refuse(field: str, message: str) -> NoReturn:
    shown = message.encode("utf-8", "replace").decode()
    raise CsvMappingError(errors=[{"field": field, "message": shown}])


def _clean(mapping: AnyMapping) -> AnyMapping:
    changed: dict[str, Any] = {"source": clean_name(mapping.source)}
    if isinstance(mapping, MetricsMapping):
        changed["channels"] = tuple(
            msgspec.structs.replace(each, name=clean_name(each.name)) for each in mapping.channels
        )
    return msgspec.structs.replace(mapping, **changed)


def _problems(mapping: AnyMapping) -> Iterator[Problem]:
    source_problem = find_problem(clean_name(mapping.source), MAX_NAME)
    if source_problem:
        yield "source", source_problem
    yield from find_option_problems(mapping.options)
    yield from _find_repeated_columns(mapping)
    if isinstance(mapping, MetricsMapping):
        yield from _find_metrics_problems(mapping)
    elif isinstance(mapping, TouchpointsMapping):
        yield from _find_touchpoint_problems(mapping)
    elif isinstance(mapping, RatesMapping):
        yield from _find_rates_problems(mapping)


def _find_repeated_columns(mapping: AnyMapping) -> Iterator[Problem]:
    fields: dict[str, str] = {}
    columns = mapping.columns()
    if mapping.currency_field is not None:
        columns = {**columns, "currency": mapping.currency_field}
    for field, column in columns.items():
        other = fields.setdefault(fold_column(column), field)
        # Where nothing says who customers are, each order's number stands for one.
        if other != field and (other, field) != ("customer", "order"):
            where = "currency" if field == "currency" else "mapping"
            yield where, f"The column '{column}' is mapped twice, as '{other}' and as '{field}'."


def _find_metrics_problems(mapping: MetricsMapping) -> Iterator[Problem]:
    own, undecided = mapping.own_columns(), mapping.undecided()
    if not (own or undecided or any(channel.columns() for channel in mapping.channels)):
        yield "mapping", "It maps no numbers: name a revenue column or a channel's columns."
    if mapping.channel is not None and mapping.channels:
        yield "channels", "The channels are in a column or in this list, not in both."
    yield from _find_channel_problems(mapping)
    yield from _find_level_problems(mapping)


def _find_channel_problems(mapping: MetricsMapping) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    undecided = mapping.undecided()
    for position, channel in enumerate(mapping.channels):
        field = f"channels.{position}"
        problem = find_problem(clean_name(channel.name), MAX_NAME)
        if problem:
            yield f"{field}.name", problem
        if not channel.columns() and not any(name.startswith(f"{field}.") for name in undecided):
            yield field, f"'{channel.name}' maps no column."
        twice = [
            (measure, other)
            for measure, column in channel.columns().items()
            if (other := seen.setdefault((fold(channel.name), measure), column)) != column
        ]
        for measure, other in twice[:1]:
            yield f"{field}.name", f"'{channel.name}' has {measure} in '{other}' already."


def _find_level_problems(mapping: MetricsMapping) -> Iterator[Problem]:
    level = mapping.level
    has_channels = mapping.channel is not None or bool(mapping.channels)
    if level == ORGANIZATION and has_channels:
        yield "level", "Channels' numbers are not of this level; leave the level out."
    elif level in ("account", "campaign", "ad") and getattr(mapping, level) is None:
        yield level, f"Name the column that holds each row's {level}."
    elif not has_channels and level not in (None, ORGANIZATION):
        yield "level", "Say whose numbers they are: in `channel` or in `channels`."
    if not has_channels:
        for field in ("account", "campaign", "ad"):
            if getattr(mapping, field) is not None and level in (None, ORGANIZATION):
                yield field, "Say of which channel: name `channel` or `channels`, too."


def _find_touchpoint_problems(mapping: TouchpointsMapping) -> Iterator[Problem]:
    if mapping.path is not None and (mapping.customer is not None or mapping.channel is not None):
        yield "path", "A row is a whole path, or a customer's touch of a channel, not both."
    elif mapping.path is None and mapping.customer is None:
        yield "path", "Name the column of paths, or those of customers and channels."
    elif mapping.path is None and mapping.channel is None:
        yield "channel", "Name the column that holds each touch's channel."
    if mapping.currency is None and (mapping.cost is not None or mapping.value is not None):
        yield "currency", "Say in which currency the amounts are."


def _find_rates_problems(mapping: RatesMapping) -> Iterator[Problem]:
    is_long = mapping.rate is not None or mapping.currency is not None
    if is_long and mapping.currencies:
        yield "currencies", "The rates are in `rate` or in this list, not in both."
    elif is_long and mapping.rate is None:
        yield "rate", "Name the column that holds the rates."
    elif is_long and mapping.currency is None:
        yield "currency", "Say in which currency the rates are: a code, or its column."
    elif not is_long and not mapping.currencies:
        yield "mapping", "It maps no rates: name `currency` and `rate`, or `currencies`."
    if mapping.currency == mapping.base:
        yield "currency", f"1 {mapping.base} is 1 {mapping.base} on any day."
    seen: set[str] = set()
    for position, each in enumerate(mapping.currencies):
        field = f"currencies.{position}.currency"
        if each.currency not in CURRENCIES:
            yield field, f"'{each.currency}' is no currency's code (ISO 4217)."
        elif each.currency == mapping.base:
            yield field, f"1 {mapping.base} is 1 {mapping.base} on any day."
        elif each.currency in seen:
            yield field, f"The rates in {each.currency} have a column already."
        seen.add(each.currency)
