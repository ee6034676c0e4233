"""What is known about imports: those that were made, and what a file would bring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import QuerySet

from apps.auth.contract import Auth, OrganizationProfile
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import CsvAmbiguousError, CsvInvalidError, CsvMappingError
from apps.integrations.imports import reading
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.reading import (
    AnyMapping,
    Check,
    Plan,
    Preview,
    Reading,
    TouchpointsMapping,
)
from apps.integrations.metrics.values import COLUMNS, MetricValues
from omnify.names import fold
from omnify.services import client_of

#: Levels whose metrics are told apart by more than their channel.
_DEEP_LEVELS = ("account", "campaign", "ad")
#: Of a list that a job's result holds.
_KEPT_ENTRIES = 500


def list_imports() -> QuerySet[CsvImport]:
    """Return the organization's imports, newest first."""
    return CsvImport.objects.all()


def find_latest_import(connection: Connection) -> CsvImport | None:
    """Return the newest import of a connection, None if it has none."""
    return CsvImport.objects.filter(connection=connection).order_by("-id").first()


def plan_file(stream: BinaryIO, mapping: AnyMapping, now: datetime) -> Plan:
    """Return how a file is read by a mapping, on the organization's calendar.

    Raises:
        CsvInvalidError: the file cannot be read as a table, or lacks a column.
        CsvMappingError: the currency is neither a code nor a column.
    """
    profile, today = _find_calendar(now)
    return reading.prepare(stream, mapping, timezone=profile.timezone, today=today)


def check_file(plan: Plan) -> Check:
    """Return what a file comes to, if it can be imported.

    Raises:
        CsvAmbiguousError: a column can be read in several ways; ``questions`` has them.
        CsvInvalidError: the file has errors, or no numbers; ``errors`` lists the first ones.
        CsvMappingError: the file has no metrics, but what is not kept yet.
    """
    if isinstance(plan.mapping, TouchpointsMapping):
        message = "Files of touchpoints can be looked at, but not imported yet."
        raise CsvMappingError(errors=[{"field": "kind", "message": message}])
    if plan.questions:
        raise CsvAmbiguousError(questions=msgspec.to_builtins(plan.questions))
    found = reading.check(plan)
    if found.error_count:
        errors = msgspec.to_builtins(found.errors)
        raise CsvInvalidError(errors=errors, error_count=found.error_count)
    if not found.sums:
        message = "There are no numbers in the mapped columns."
        error = {"line": plan.table.header, "column": "", "value": "", "message": message}
        raise CsvInvalidError(errors=[error], error_count=1)
    return found


def check_staged(
    stream: BinaryIO, mapping: AnyMapping, now: datetime, *, is_currency_known: bool
) -> Check:
    """Return what a large file comes to; of long lists the first part, so that it can be kept.

    Raises:
        CsvInvalidError: the file cannot be read as a table, or lacks a column.
        CsvMappingError: the mapping does not fit the file.
    """
    found = reading.check(plan_file(stream, mapping, now))
    return msgspec.structs.replace(
        found,
        currency=found.currency if is_currency_known else "",
        sums=found.sums[:_KEPT_ENTRIES],
        warnings=found.warnings[:_KEPT_ENTRIES],
        questions=found.questions[:_KEPT_ENTRIES],
    )


def preview_file(
    stream: BinaryIO,
    mapping: AnyMapping | None,
    now: datetime,
    *,
    sheet: str | None = None,
    most_bytes: int | None = None,
) -> Preview:
    """Return what a file holds: by a mapping, or by the one that is proposed for a sheet.

    With ``most_bytes`` only the beginning of a text is read.

    Raises:
        CsvInvalidError: the file as a whole cannot be read.
        CsvMappingError: the mapping does not fit the file.
    """
    profile, today = _find_calendar(now)
    currency = profile.currency if profile.is_currency_settled else None
    return reading.preview(
        stream,
        mapping=mapping,
        timezone=profile.timezone,
        today=today,
        currency=currency,
        sheet=sheet,
        most_bytes=most_bytes,
    )


def iter_metrics(file: Reading) -> Iterator[MetricValues]:
    """Yield the metrics of a file as they are kept."""
    for metric in file.iter_metrics():
        yield MetricValues(
            level=metric.level,
            entity_key=_key_of(metric),
            channel=metric.channel,
            account=metric.account,
            campaign=metric.campaign,
            ad=metric.ad,
            day=metric.date,
            last_day=metric.last_date,
            # Orders come to more than metrics have a column for.
            micros={name: value for name, value in metric.micros.items() if name in COLUMNS},
        )


def _key_of(metric: reading.MetricValues) -> str:
    """Return what tells an entity from others of its level, whatever the case of its names."""
    if metric.level not in _DEEP_LEVELS:
        return metric.channel
    names = (metric.channel, metric.account, metric.campaign, metric.ad)
    text = "\x1f".join(fold(name) for name in names)
    return hashlib.sha256(text.encode()).hexdigest()


def _find_calendar(now: datetime) -> tuple[OrganizationProfile, date]:
    """Return the organization, and which day is today there."""
    profile = client_of(Auth).get_organization()
    return profile, now.astimezone(ZoneInfo(profile.timezone)).date()
