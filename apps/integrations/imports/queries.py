"""What is known about imports: those that were made, and what a file would bring."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Max, Min, QuerySet

from apps.auth.contract import Auth, OrganizationProfile
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import (
    CsvAmbiguousError,
    CsvInvalidError,
    CsvMappingError,
    ImportNotFoundError,
)
from apps.integrations.imports import reading
from apps.integrations.imports.messages import Import
from apps.integrations.imports.models import Change, CsvImport
from apps.integrations.imports.reading import (
    AnyMapping,
    Check,
    Plan,
    Preview,
)
from apps.integrations.metrics.models import Channel
from omnify.names import fold
from omnify.services import client_of
from omnify.services.messages import as_message

#: Of a list that a job's result holds.
_KEPT_ENTRIES = 500
#: So many channels are proposed while one types.
_MOST_CHANNELS = 500
#: So many files are named as the origin of a number.
_MOST_FILES = 100


def list_imports() -> QuerySet[CsvImport]:
    """Return the organization's imports that count, newest first, with their connections."""
    imports = CsvImport.objects.filter(state=CsvImport.State.ACTIVE, is_base=False)
    return imports.select_related("connection")


def to_import(row: CsvImport, *, names: dict[UUID, str]) -> Import:
    """Return an import as the API shows it; ``names`` are those of the organization's members."""
    return as_message(
        Import,
        row,
        source=row.connection.name,
        can_be_undone=row.is_kept,
        created_by_name=names.get(row.created_by, "") if row.created_by else "",
    )


def list_history() -> QuerySet[CsvImport]:
    """Return all imports of the organization, newest first: running ones and undone ones, too."""
    return CsvImport.objects.filter(is_base=False).select_related("connection")


def list_changes(imports: Iterable[CsvImport]) -> dict[UUID, Change]:
    """Return the changes that some imports are in, by the ids of the imports."""
    changes = Change.objects.filter(csv_import__in=[made.id for made in imports])
    return {change.csv_import_id: change for change in changes}


def list_replaced(source: str, first: date, last: date) -> list[CsvImport]:
    """Return the imports of a source that count and have any of some days, newest first."""
    return list(
        list_imports().filter(
            connection__platform="csv",
            connection__name_key=fold(source),
            first_date__lte=last,
            last_date__gte=first,
        )
    )


def list_files(first: date, last: date) -> QuerySet[CsvImport]:
    """Return the imports that count and have any of some days, newest first, some at most."""
    return list_imports().filter(first_date__lte=last, last_date__gte=first)[:_MOST_FILES]


def list_order_days() -> dict[UUID, tuple[date, date]]:
    """Return the first and the last day of each connection's files of orders that count."""
    files = CsvImport.objects.filter(state=CsvImport.State.ACTIVE, kind="orders")
    spans = files.order_by().values_list("connection_id")
    return {
        connection_id: (first, last)
        for connection_id, first, last in spans.annotate(
            first=Min("first_date"), last=Max("last_date")
        )
    }


def list_channels() -> list[str]:
    """Return the organization's channels as they are spelled, by name, some hundreds at most."""
    names = Channel.objects.order_by("name").values_list("name", flat=True).distinct()
    return list(names[:_MOST_CHANNELS])


def get_import(import_id: UUID) -> CsvImport:
    """Return an import that counts, or did once.

    Raises:
        ImportNotFoundError: the organization has no such import.
    """
    imports = CsvImport.objects.exclude(state=CsvImport.State.PENDING).filter(is_base=False)
    found = imports.select_related("connection").filter(id=import_id).first()
    if found is None:
        raise ImportNotFoundError(import_id=import_id)
    return found


def list_neighbours(made: CsvImport) -> tuple[list[CsvImport], list[CsvImport]]:
    """Return a source's other imports that count and have days of one: earlier, and later ones."""
    others = CsvImport.objects.filter(
        connection_id=made.connection_id,
        state=CsvImport.State.ACTIVE,
        first_date__lte=made.last_date,
        last_date__gte=made.first_date,
    )
    found = list(others.exclude(id=made.id).order_by("-id"))
    return [each for each in found if each.id < made.id], [
        each for each in found if each.id > made.id
    ]


def get_any_import(import_id: UUID) -> CsvImport:
    """Return an import, be it one that does not count yet.

    Raises:
        ImportNotFoundError: there is none, since it was taken back.
    """
    refusal = ImportNotFoundError(import_id=import_id)
    return CsvImport.objects.select_related("connection").get_or_refuse(refusal, id=import_id)


def find_latest_import(connection: Connection, *, but: UUID | None = None) -> CsvImport | None:
    """Return the newest import of a connection that counts, None if it has none."""
    imports = CsvImport.objects.filter(connection=connection, state=CsvImport.State.ACTIVE)
    imports = imports if but is None else imports.exclude(id=but)
    return imports.order_by("-id").first()


def refuse_unknown_brand(mapping: AnyMapping | None) -> None:
    """Refuse a mapping that names a brand which the organization does not have.

    Raises:
        CsvMappingError: there is no such brand.
    """
    brand_id = mapping.brand_id if mapping is not None else None
    if brand_id is not None and all(each.id != brand_id for each in client_of(Auth).list_brands()):
        message = "The organization has no brand with this id."
        raise CsvMappingError(errors=[{"field": "brand_id", "message": message}])


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
    """
    refuse_questions(plan)
    return refuse_errors(plan, reading.check(plan))


def refuse_questions(plan: Plan) -> None:
    """Refuse a file that cannot be imported before people say more of it.

    Raises:
        CsvAmbiguousError: a column can be read in several ways; ``questions`` has them.
    """
    if plan.questions:
        raise CsvAmbiguousError(questions=msgspec.to_builtins(plan.questions))


def refuse_errors(plan: Plan, found: Check) -> Check:
    """Return what a file came to, if all of it can be imported.

    Raises:
        CsvInvalidError: the file has errors, or no numbers; ``errors`` lists the first ones.
    """
    if found.error_count:
        errors = msgspec.to_builtins(found.errors)
        raise CsvInvalidError(errors=errors, error_count=found.error_count)
    if not (found.sums or found.touchpoint_count or found.rate_count):
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


def _find_calendar(now: datetime) -> tuple[OrganizationProfile, date]:
    """Return the organization, and which day is today there."""
    profile = client_of(Auth).get_organization()
    return profile, now.astimezone(ZoneInfo(profile.timezone)).date()
