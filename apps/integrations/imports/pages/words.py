"""What the import page says of files, their problems, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.pages.columns import Choice
from apps.integrations.imports.reading import AnyMapping, Check, Preview, currency_of
from apps.integrations.imports.reading.tables.table import MAX_COLUMNS
from omnify.exceptions import OmnifyError
from omnify.names import isolate
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.parts import Banner

_MOST_GAPS: Final = 5
_MOST_NAMES: Final = 5
_GRAINS: Final = {
    "day": "a day",
    "week": "a week",
    "month": "a month",
    "span": "spans of different length",
}


def about_reading(found: Preview | Check, preview: Preview | None = None) -> list[Banner]:
    """Return how a file is read, what is left out, and which days it lacks.

    Of what was ``found`` by a job the ``preview`` of the beginning knows more.
    """
    open_ended = preview.warnings if preview is not None else ()
    said = list(dict.fromkeys(each.message for each in (*found.warnings, *open_ended)))
    said += [f"No row is of {say_days(each.first, each.last)}." for each in found.gaps[:_MOST_GAPS]]
    if len(found.gaps) > _MOST_GAPS:
        said.append(f"{len(found.gaps) - _MOST_GAPS} more gaps follow.")
    if not said:
        return []
    return [Banner(level="warning", text="How the file is read:", items=tuple(said))]


def about_beginning(preview: Preview) -> list[Banner]:
    """Return that only a large file's beginning was read."""
    if preview.complete:
        return []
    return [Banner(text="The file is large: this is of its beginning. The check reads all of it.")]


def facts_of(
    found: Preview | Check, preview: Preview, mapping: AnyMapping
) -> list[tuple[str, str]]:
    """Return what a file is, in a few names and values."""
    days = "unknown"
    if found.first_date is not None and found.last_date is not None:
        days = say_days(found.first_date, found.last_date)
    facts = [
        ("Rows", numbers.count(found.row_count)),
        ("Days", days),
        ("Each row is of", _GRAINS.get(found.grain, "")),
        ("Orders", numbers.count(found.order_count) if found.order_count else ""),
        ("Touchpoints", numbers.count(found.touchpoint_count) if found.touchpoint_count else ""),
        ("Rates", numbers.count(found.rate_count) if found.rate_count else ""),
        ("Currency", found.currency or ""),
        ("Source", mapping.source),
        ("Export", preview.export),
    ]
    return [(name, value) for name, value in facts if value]


def about_replaced(source: str, names: list[str]) -> Banner:
    """Return which earlier files have some of the days."""
    count = "a file" if len(names) == 1 else f"{numbers.count(len(names))} files"
    text = (
        f"The source “{isolate(source)}” has {count} with some of these days. Where both have a"
        " number, this file's counts; an undo brings the earlier one back:"
    )
    return Banner(text=text, items=(*names[:_MOST_NAMES], *_more(names)))


def about_currency(code: str, preview: Preview, uses: Iterable[Choice]) -> list[Banner]:
    """Return what is to be said of the currency that was given: that it lacks, or is doubtful."""
    proposed = currency_of(preview.proposal) or ""
    if any(each.use == "currency" for each in uses):
        return []
    if not code:
        maybe = (
            f" Its signs may mean {', '.join(preview.currencies)}." if preview.currencies else ""
        )
        text = f"Nothing says for sure which currency it is: fill it in below.{maybe}"
    elif proposed and proposed != code:
        other = f"by the file, or else your organization, it is {proposed}"
        text = f"The currency below is {code}; {other}."
    else:
        return []
    return [Banner(level="warning", text=text)]


def too_wide(columns: int, most: int) -> CsvInvalidError:
    """Return the refusal of a file with more columns than the page can show."""
    message = (
        f"The file has {numbers.count(columns)} columns, and this page can show {most}. Delete"
        " those that you do not need and choose the file again, or import it through the API,"
        " which takes up to"
        f" {numbers.count(MAX_COLUMNS)}."
    )
    return CsvInvalidError(errors=[{"message": message}], error_count=1)


def about_problems(errors: Iterable[dict[str, Any]], *, count: int = 0) -> Banner:
    """Return what is wrong, by line or field; ``count`` is of all, of which some are listed."""
    items = tuple(problem_of(error) for error in errors)
    wrong = ""
    if count:
        some = f"; the first {len(items)} are listed" if count > len(items) else ""
        things = "thing is" if count == 1 else "things are"
        wrong = f"{numbers.count(count)} {things} wrong in the file{some}. "
    text = f"Nothing was imported. {wrong}Correct this and try again:"
    return Banner(level="danger", text=text, items=items)


def about_mapping(errors: Iterable[dict[str, Any]]) -> Banner:
    """Return what does not fit in what was chosen."""
    return Banner(
        level="danger", text="Before the check:", items=tuple(problem_of(each) for each in errors)
    )


def about_refusal(error: OmnifyError) -> Banner:
    """Return why a file was refused."""
    listed = error.details.get("errors") or [{"message": error.detail}]
    return about_problems(listed, count=error.details.get("error_count", 0))


def describe_counts(made: CsvImport) -> str:
    """Return what an import brought: its rows, and what they came to."""
    counts = (
        (made.metrics, "metrics"),
        (made.orders, "orders"),
        (made.touchpoints, "touchpoints"),
        (made.rates, "exchange rates"),
    )
    brought = " and ".join(_count(count, name) for count, name in counts if count)
    kept = f"{brought} in {made.currency}" if made.currency else brought
    was = "was" if made.rows == 1 else "were"
    return f"{_count(made.rows, 'rows')} of {days_of(made)} {was} imported as {kept}."


def days_of(made: CsvImport) -> str:
    """Return the days that an import has numbers of."""
    if made.first_date is None or made.last_date is None:
        return numbers.UNKNOWN
    return say_days(made.first_date, made.last_date)


def _count(number: int, names: str) -> str:
    return f"1 {names.removesuffix('s')}" if number == 1 else f"{numbers.count(number)} {names}"


def _more(names: list[str]) -> list[str]:
    more = len(names) - _MOST_NAMES
    return [f"and {numbers.count(more)} more"] if more > 0 else []


def problem_of(error: dict[str, Any]) -> str:
    """Return what is wrong, after the line and column that it is in."""
    line, column = error.get("line"), error.get("column") or error.get("field")
    place = ", ".join(part for part in (f"Line {line}" if line else "", column) if part)
    return f"{place}: {error['message']}" if place else error["message"]
