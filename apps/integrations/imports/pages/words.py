"""What the import page says of files, their problems, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.pages.columns import Choice
from apps.integrations.imports.reading import Preview
from apps.integrations.imports.reading.tables.table import MAX_COLUMNS
from omnify.exceptions import OmnifyError
from omnify.pages.parts import Banner, Link

DASHBOARD: Final = Link("/", "See the dashboard")
_DOCUMENTS: Final = Link("/api/docs/", "How to import through the API")
_MOST_GAPS: Final = 5
_GRAINS: Final = {
    "day": "each row is of a day",
    "week": "each row is of a week",
    "month": "each row is of a month",
    "span": "rows are of spans of different length",
}


def about_reading(preview: Preview) -> list[Banner]:
    """Return how a file is read, what is left out, and which days it lacks."""
    said = [each.message for each in preview.warnings]
    said += [f"No row is of {_days(each.first, each.last)}." for each in preview.gaps[:_MOST_GAPS]]
    if len(preview.gaps) > _MOST_GAPS:
        said.append(f"{len(preview.gaps) - _MOST_GAPS} more gaps follow.")
    if not said:
        return []
    return [Banner(level="warning", text="How the file is read:", items=tuple(said))]


def about_beginning(preview: Preview) -> list[Banner]:
    """Return that only a large file's beginning was read."""
    if preview.complete:
        return []
    text = "The file is large: this is of its beginning. Check the file to look at all of it."
    return [Banner(text=text)]


def about_days(preview: Preview) -> list[Banner]:
    """Return which days a file is of, and how long a row's span is."""
    if preview.first_date is None or preview.last_date is None:
        return []
    grain = f"; {_GRAINS[preview.grain]}" if preview.grain in _GRAINS else ""
    return [Banner(text=f"Its days are {_days(preview.first_date, preview.last_date)}{grain}.")]


def about_currency(code: str | None, proposed: str, uses: Iterable[Choice]) -> list[Banner]:
    """Return what is to be said of the currency that was given: that it lacks, or is doubtful."""
    if any(each.use == "currency" for each in uses):
        return []
    if not code:
        text = "Nothing says for sure which currency it is: fill it in above."
    elif proposed and proposed != code:
        other = f"by the file, or else your organization, it is {proposed}"
        text = f"The currency above is {code}; {other}."
    else:
        return []
    return [Banner(level="warning", text=text)]


def about_width(columns: int, most: int) -> Banner:
    """Return that a file has more columns than the page can show, and what to do."""
    text = (
        f"The file has {columns:,} columns, and this page can show {most}. Delete those that you do"
        " not need and choose the file again, or import it through the API, which takes up to"
        f" {MAX_COLUMNS:,}."
    )
    return Banner(level="danger", text=text, link=_DOCUMENTS)


def about_problems(errors: Iterable[dict[str, Any]], *, count: int = 0) -> Banner:
    """Return what is wrong, by line or field; ``count`` is of all, of which some are listed."""
    items = tuple(_problem(error) for error in errors)
    wrong = ""
    if count:
        some = f"; the first {len(items)} are listed" if count > len(items) else ""
        things = "thing is" if count == 1 else "things are"
        wrong = f"{count:,} {things} wrong in the file{some}. "
    text = f"Nothing was imported. {wrong}Correct this and try again:"
    return Banner(level="danger", text=text, items=items)


def about_refusal(error: OmnifyError) -> Banner:
    """Return why a file was refused."""
    listed = error.details.get("errors") or [{"message": error.detail}]
    return about_problems(listed, count=error.details.get("error_count", 0))


def about_import(result: ImportResult) -> Banner:
    """Return what an import brought."""
    text = (
        f"{_count(result.rows, 'rows')} from {result.first_date} to {result.last_date}"
        f" {'was' if result.rows == 1 else 'were'} imported as {_counts(result)}."
    )
    if result.unchanged:
        text = "This is the same file as the last one of its source; nothing had to change."
    if result.removed_count:
        text += f" {about_removed(result.removed_count)}"
    return Banner(level="success", text=text, link=DASHBOARD)


def _counts(result: ImportResult) -> str:
    counts = (
        (result.metrics, "metrics"),
        (result.orders, "orders"),
        (result.touchpoints, "touchpoints"),
    )
    brought = " and ".join(_count(count, name) for count, name in counts if count)
    return f"{brought} in {result.currency}" if result.currency else brought


def _count(number: int, names: str) -> str:
    return f"1 {names.removesuffix('s')}" if number == 1 else f"{number:,} {names}"


def about_removed(count: int) -> str:
    """Return of how much the file took numbers away."""
    what = "1 thing that it no longer names" if count == 1 else f"{count:,} that it no longer names"
    return f"It took away numbers of {what}."


def _problem(error: dict[str, Any]) -> str:
    line, column = error.get("line"), error.get("column") or error.get("field")
    place = ", ".join(part for part in (f"Line {line}" if line else "", column) if part)
    return f"{place}: {error['message']}" if place else error["message"]


def _days(first: object, last: object) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
