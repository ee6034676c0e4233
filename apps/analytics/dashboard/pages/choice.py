"""Which days, grain, comparison, measure and order a page's address chooses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django import forms

from apps.analytics.dashboard.pages.channels import SORTABLE
from apps.analytics.dashboard.queries.numbers import WHOLE_MEASURES, Asked, DashboardStats
from apps.analytics.metrics.comparison import Against
from apps.analytics.metrics.periods import GRAINS, quarter_of
from omnify.exceptions import InvalidInputError
from omnify.pages.addresses import read_form
from omnify.pages.days import say_day, say_month, say_year
from omnify.pages.parts import Choice, DateControl, Preset
from omnify.pages.parts.controls import COMPARISONS

#: So many days up to the last one with data, by the value in the address.
LENGTHS: Final = {"7": "7 days", "28": "28 days", "90": "90 days", "364": "52 weeks"}
DEFAULT_RANGE: Final = "364"
#: The parameters that say which days are shown, and how they are cut and compared.
DAYS: Final = (
    *("range", "first", "last", "grain"),
    *("compare", "compare_first", "compare_last", "weekday"),
)
#: Those that are typed.
_FIELDS: Final = ("first", "last", "compare_first", "compare_last")
_KEYS: Final = {"7": "7", "28": "8", "90": "9", "364": "5", "month": "m", "all": "a"}
_GRAIN_LABELS: Final = {"day": "Days", "week": "Weeks", "month": "Months"}
_YEAR: Final = "year-"
#: What the fields of days are called on the page, by the names that refusals have for them.
_LABELS: Final = {
    "from": "Days",
    "range": "Range",
    "first": "From",
    "last": "To",
    "grain": "Grain",
    "compare": "Compare with",
    "compare_first": "Compare from",
    "compare_last": "Compare to",
    "weekday": "Match weekdays",
}


class ChoiceForm(forms.Form):
    """What a page's address says."""

    range = forms.RegexField(
        r"^(\d{1,4}|all|month|month-before|quarter|year-\d{4})$", required=False
    )
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    grain = forms.ChoiceField(required=False, choices=[(grain, grain) for grain in GRAINS])
    compare = forms.ChoiceField(
        required=False, choices=[(each.value, each.label) for each in COMPARISONS]
    )
    compare_first = forms.DateField(required=False)
    compare_last = forms.DateField(required=False)
    weekday = forms.BooleanField(required=False)
    measure = forms.ChoiceField(required=False, choices=[(name, name) for name in WHOLE_MEASURES])
    channel = forms.CharField(required=False, max_length=200)
    sort = forms.ChoiceField(
        required=False, choices=[(sign + key, key) for key in SORTABLE for sign in ("", "-")]
    )

    def clean_range(self) -> str:
        """Refuse a length of no days."""
        value: str = self.cleaned_data["range"]
        if value.isdecimal() and not int(value):
            raise forms.ValidationError("A range has at least one day.")
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse days that are turned round, and a comparison without its days."""
        found: dict[str, Any] = super().clean() or {}
        for first, last in (("first", "last"), ("compare_first", "compare_last")):
            if found.get(first) and found.get(last) and found[first] > found[last]:
                self.add_error(last, f"{say_day(found[last])} is before {say_day(found[first])}.")
        if found.get("compare") == "custom" and not (
            found.get("compare_first") and found.get("compare_last")
        ):
            self.add_error("compare_first", "Say from when to when to compare.")
        return found


def read_choice(sent: Mapping[str, str]) -> dict[str, Any]:
    """Return what an address says.

    Raises:
        InvalidInputError: ``errors`` names each parameter that says what cannot be.
    """
    return read_form(ChoiceForm(sent), "These days cannot be shown.")


def say_problem(error: InvalidInputError) -> str:
    """Return what is wrong with the days of an address, empty where other things are, too."""
    errors = error.details.get("errors", [])
    if not all(each["field"] in _LABELS for each in errors):
        return ""
    return " ".join(f"{_LABELS[each['field']]}: {each['message']}" for each in errors)


def asked_of(choice: Mapping[str, Any]) -> Asked:
    """Return the question of an address."""
    preset, days = chosen_preset(choice), None
    if preset.isdecimal():
        days = int(preset)
    elif not preset and not choice["first"]:
        days = int(DEFAULT_RANGE)
    is_calendar = bool(preset) and not days and preset != "all"
    return Asked(
        first=None if preset else choice["first"],
        last=None if preset else choice["last"],
        days=days,
        calendar=preset if is_calendar else "",
        grain=choice["grain"],
        against=Against(
            kind=choice["compare"] or "previous",
            matches_weekday=choice["weekday"],
            first=choice["compare_first"] or date.min,
            last=choice["compare_last"] or date.min,
        ),
    )


def chosen_preset(choice: Mapping[str, Any]) -> str:
    """Return the usual range that is shown, empty where days were given."""
    given = choice["first"] or choice["last"]
    return choice["range"] or ("" if given else DEFAULT_RANGE)


def control_of(
    stats: DashboardStats,
    choice: Mapping[str, Any],
    *,
    problem: str = "",
    typed: Mapping[str, str] = MappingProxyType({}),
) -> DateControl:
    """Return the one control of days, with what was typed where that is a problem."""
    previous = stats.previous
    return DateControl(
        first=stats.first,
        last=stats.last,
        presets=_presets(stats.earliest, stats.latest),
        chosen=chosen_preset(choice),
        grains=tuple(Choice(grain, _GRAIN_LABELS[grain]) for grain in stats.grains),
        grain=typed.get("grain") or stats.grain,
        compare=typed.get("compare") or choice["compare"] or "previous",
        compare_first=previous.first if previous else choice["compare_first"],
        compare_last=previous.last if previous else choice["compare_last"],
        matches_weekday=choice["weekday"],
        timezone=stats.timezone,
        earliest=stats.earliest,
        latest=stats.latest,
        problem=problem,
        typed={name: typed[name] for name in _FIELDS if name in typed},
    )


def address_of(stats: DashboardStats, choice: Mapping[str, Any]) -> str:
    """Return the parameters that show the same days, whatever data comes later."""
    compare = choice["compare"] or "previous"
    values = {
        "first": stats.first.isoformat(),
        "last": stats.last.isoformat(),
        "grain": choice["grain"],
        "compare": "" if compare == "previous" else compare,
        "compare_first": choice["compare_first"] if compare == "custom" else "",
        "compare_last": choice["compare_last"] if compare == "custom" else "",
        "weekday": "1" if choice["weekday"] else "",
    }
    return urlencode({name: value for name, value in values.items() if value})


def write_kept(sent: Mapping[str, str]) -> str:
    """Return what a cookie keeps of an address: the choice of days."""
    return urlencode({name: sent[name] for name in DAYS if sent.get(name)})


def read_kept(kept: str) -> dict[str, str]:
    """Return the choice that a cookie kept, nothing of what no address could say."""
    found = {name: value for name, value in parse_qsl(kept[:500]) if name in DAYS}
    return found if ChoiceForm(found).is_valid() else {}


def _presets(earliest: date, latest: date) -> tuple[Preset, ...]:
    before = latest.replace(day=1) - timedelta(days=1)
    years = range(latest.year, max(earliest.year, latest.year - 5) - 1, -1)
    labels = {
        **LENGTHS,
        "month": say_month(latest),
        "month-before": say_month(before),
        "quarter": f"Q{quarter_of(latest)} {say_year(latest)}",
        **{f"{_YEAR}{year:04}": say_year(date(year, 1, 1)) for year in years},
        "all": "All",
    }
    return tuple(Preset(value, label, _KEYS.get(value, "")) for value, label in labels.items())
