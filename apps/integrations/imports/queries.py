"""What is known about imports: those that were made, and what a file would bring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import QuerySet
from django.utils import timezone

from apps.auth.contract import Auth, OrganizationProfile
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import CsvAmbiguousError, CsvInvalidError
from apps.integrations.imports import reading
from apps.integrations.imports.messages import Preview
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.reading import AnyMapping, Check, Plan
from apps.integrations.metrics.values import MetricValues
from omnify.names import fold
from omnify.services import client_of

#: Levels whose metrics are told apart by more than their channel.
_DEEP_LEVELS = ("account", "campaign", "ad")


def list_imports() -> QuerySet[CsvImport]:
    """Return the organization's imports, newest first."""
    return CsvImport.objects.all()


def find_latest_import(connection: Connection) -> CsvImport | None:
    """Return the newest import of a connection, None if it has none."""
    return CsvImport.objects.filter(connection=connection).order_by("-id").first()


def plan_file(stream: BinaryIO, mapping: AnyMapping) -> Plan:
    """Return how a file is read by a mapping, on the organization's calendar.

    Raises:
        CsvInvalidError: the file cannot be read as a table, or lacks a column.
        CsvMappingError: the currency is neither a code nor a column.
    """
    profile = client_of(Auth).get_organization()
    today = timezone.now().astimezone(ZoneInfo(profile.timezone)).date()
    return reading.prepare(stream, mapping, timezone=profile.timezone, today=today)


def check_file(plan: Plan) -> Check:
    """Return what a file comes to, if it can be imported.

    Raises:
        CsvAmbiguousError: a column can be read in several ways; ``questions`` has them.
        CsvInvalidError: the file has errors; ``errors`` lists the first ones.
    """
    if plan.questions:
        raise CsvAmbiguousError(questions=plan.questions)
    found = reading.check(plan)
    if found.error_count:
        errors = msgspec.to_builtins(found.errors)
        raise CsvInvalidError(errors=errors, error_count=found.error_count)
    return found


def preview_file(stream: BinaryIO, mapping: AnyMapping | None) -> Preview:
    """Return what a file holds: by a mapping, or by the one that is proposed.

    Raises:
        CsvInvalidError: the file as a whole cannot be read.
    """
    profile = client_of(Auth).get_organization()
    today = timezone.now().astimezone(ZoneInfo(profile.timezone)).date()
    found = reading.preview(
        stream,
        timezone=profile.timezone,
        today=today,
        currency=_settled_currency(profile),
        sheet=mapping.sheet if mapping else None,
    )
    check = found.check if mapping is None else reading.check(plan_file(stream, mapping))
    return Preview(
        columns=found.columns,
        proposal=found.proposal.mapping,
        uses=found.proposal.columns,
        export=found.proposal.export,
        rows=found.rows,
        row_count=check.row_count if check else len(found.rows),
        metric_count=check.metric_count if check else 0,
        first_date=check.first_date if check else None,
        last_date=check.last_date if check else None,
        grain=check.grain if check else "",
        currency=check.currency if check and mapping else found.proposal.mapping["currency"],
        sums=check.sums if check else (),
        gaps=check.gaps if check else (),
        warnings=check.warnings if check else (),
        questions=check.questions if check else (),
        errors=check.errors if check else (),
        error_count=check.error_count if check else 0,
    )


def iter_metrics(plan: Plan) -> Iterator[MetricValues]:
    """Yield the metrics of a file as they are kept."""
    for metric in reading.Reading(plan).iter_metrics():
        yield MetricValues(
            level=metric.level,
            entity_key=_key_of(metric),
            channel=metric.channel,
            account=metric.account,
            campaign=metric.campaign,
            ad=metric.ad,
            day=metric.date,
            last_day=metric.last_date,
            micros=metric.micros,
        )


def _key_of(metric: reading.MetricValues) -> str:
    """Return what tells an entity from others of its level, whatever the case of its names."""
    if metric.level not in _DEEP_LEVELS:
        return metric.channel
    names = (metric.channel, metric.account, metric.campaign, metric.ad)
    text = "\x1f".join(fold(name) for name in names)
    return hashlib.sha256(text.encode()).hexdigest()


def _settled_currency(profile: OrganizationProfile) -> str | None:
    return profile.currency if profile.is_currency_settled else None
