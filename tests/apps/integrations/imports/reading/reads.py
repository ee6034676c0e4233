"""Short ways to read a text by a mapping, as the tests need them."""

import io
from datetime import date

import pytest

from apps.integrations.exceptions import CsvInvalidError, CsvMappingError
from apps.integrations.imports.reading import FileReader, check, make_mapping, prepare

TODAY = date(2026, 11, 29)
#: Spend and clicks of a channel, by day.
MAPPING = {
    "date": "day",
    "currency": "EUR",
    "channels": [{"name": "tv", "spend": "spend", "clicks": "clicks"}],
}
HEADER = "day,spend,clicks"


def plan_of(content, *, timezone="UTC", today=TODAY, most_bytes=None, **mapping):
    """Return the plan of a text, or bytes; the mapping is the usual one with changes."""
    content = content.encode() if isinstance(content, str) else content
    fields = {key: value for key, value in (MAPPING | mapping).items() if value is not ...}
    return prepare(
        io.BytesIO(content),
        make_mapping(fields),
        timezone=timezone,
        today=today,
        most_bytes=most_bytes,
    )


def check_of(content, **options):
    """Return the check of a text."""
    return check(plan_of(content, **options))


def metrics_of(content, *, most_keys=1000, **options):
    """Return the metrics of a text."""
    return list(FileReader(plan_of(content, **options), most_keys=most_keys).iter_metrics())


def sums_of(found):
    """Return the sums of a check as texts, by channel and measure."""
    return {
        (each.channel, each.measure): None if each.sum is None else f"{each.sum:f}"
        for each in found.sums
    }


def errors_of(found):
    """Return where a check's errors are."""
    return [(each.line, each.column, each.value) for each in found.errors]


def codes_of(found):
    """Return the codes of a check's warnings."""
    return [each.code for each in found.warnings]


def refusal_of(content, **options):
    """Return the one error of a file that is refused as a whole."""
    with pytest.raises(CsvInvalidError) as caught:
        check_of(content, **options)
    [error] = caught.value.errors
    return error


def refused_fields(**changes):
    """Return the fields of a mapping that is refused."""
    fields = {key: value for key, value in (MAPPING | changes).items() if value is not ...}
    with pytest.raises(CsvMappingError) as caught:
        make_mapping(fields)
    return [error["field"] for error in caught.value.errors]


def spans(content, **options):
    """Return the first and last day of each metric, and its first number."""
    found = metrics_of(content, **options)
    return [(str(each.date), str(each.last_date), each.values[0] // 1_000_000) for each in found]


def text_of(header, *rows):
    """Return rows as a text."""
    return "\n".join([header, *rows, ""])
