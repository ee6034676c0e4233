"""Fields of forms that people fill in."""

from __future__ import annotations

import zoneinfo
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from omnify.api.limits import read_free_json
from omnify.exceptions import InvalidInputError
from omnify.money import CURRENCIES
from omnify.names import clean_name, find_name_problem
from omnify.pages import numbers
from omnify.pages.days import say_day
from omnify.voices import VOICES, VoiceName, speaking

#: What most shops sell in, offered first.
_COMMON_CURRENCIES: Final = (
    *("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "DKK", "NOK"),
    *("PLN", "CZK", "INR", "BRL", "MXN", "SGD", "CNY", "ZAR"),
)
#: Where people live: the database of zones has names of other kinds too.
_REGIONS: Final = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"),
    *("Europe", "Indian", "Pacific"),
)
#: Who writes numbers and days as each voice does.
VOICE_LANGUAGES: Final[dict[VoiceName, str]] = {
    "en": "English",
    "en-in": "English in India, Hindi",
    "de": "German, Danish, Turkish",
    "de-ch": "German in Switzerland",
    "nl": "Dutch",
    "fr": "French",
    "es": "Spanish, Italian, Portuguese",
    "pl": "Polish, Czech, Finnish, Norwegian",
    "sv": "Swedish",
    "ja": "Japanese, Chinese, Korean",
    "ar": "Arabic",
    "fa": "Persian",
}

Choices = list[tuple[str, Any]]


@cache
def currency_choices() -> Choices:
    """Return the codes of ISO 4217, the most common ones first."""
    rest = sorted(CURRENCIES - set(_COMMON_CURRENCIES))
    groups = {"Common": _COMMON_CURRENCIES, "All others": rest}
    return [(name, [(code, code) for code in codes]) for name, codes in groups.items()]


@cache
def time_zone_choices() -> Choices:
    """Return the zones of places, by region, and UTC."""
    groups: dict[str, Choices] = {region: [] for region in _REGIONS}
    for name in sorted(zoneinfo.available_timezones()):
        if (region := name.partition("/")[0]) in groups:
            groups[region].append((name, name.replace("_", " ")))
    return [("UTC", "UTC"), *groups.items()]


@cache
def time_zone_names() -> frozenset[str]:
    """Return the names of the zones of places, and UTC."""
    grouped = [zones for _, zones in time_zone_choices() if isinstance(zones, list)]
    return frozenset({"UTC", *(name for zones in grouped for name, _ in zones)})


def voice_choices() -> Choices:
    """Return the voices, each with a number and a day that it writes."""
    choices: Choices = [("", "As the browser's language does")]
    for name, languages in VOICE_LANGUAGES.items():
        with speaking(VOICES[name]):
            sample = f"{numbers.exact(Decimal('123456.78'))} · {say_day(date(2018, 12, 31))}"
        choices.append((name, f"{sample} – {languages}"))
    return choices


class Combobox(forms.Select):
    """A choice of many, found by typing."""

    template_name = "omnify/pages/parts/combobox.html"


class CurrencyField(forms.ChoiceField):
    """A currency, found by typing; a script of the page adds its name."""

    def __init__(self, *, unset: str, **options: Any) -> None:
        first: Choices = [("", unset)] if unset else []
        widget = Combobox(attrs={"data-currency-names": ""})
        super().__init__(
            choices=[*first, *currency_choices()], required=not unset, widget=widget, **options
        )


class TimeZoneField(forms.ChoiceField):
    """A time zone, found by typing; it takes every name of IANA, as the API does."""

    def __init__(self, *, is_guessed: bool = False, **options: Any) -> None:
        widget = Combobox(attrs={"data-guess-zone": ""} if is_guessed else {})
        super().__init__(choices=time_zone_choices, initial="UTC", widget=widget, **options)

    def valid_value(self, value: Any) -> bool:
        """Return whether there is such a zone."""
        return value in zoneinfo.available_timezones()


class VoiceField(forms.ChoiceField):
    """How pages write numbers and days, each choice with a sample."""

    def __init__(self, **options: Any) -> None:
        options = {"label": "Numbers and days", "required": False, **options}
        super().__init__(choices=voice_choices, **options)


class NameField(forms.CharField):
    """A text of one line: a name, or a few words (see ``omnify.names``)."""

    def to_python(self, value: Any) -> str:
        """Return the name in its one form."""
        return clean_name(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        """Refuse what is not one line that can be seen."""
        super().validate(value)
        if problem := find_name_problem(value):
            raise ValidationError(problem, code="invalid")


class JsonField(forms.CharField):
    """An object that a script of the page fills in."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Return the object, None where there is none."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            decoded = read_free_json(text)
        except InvalidInputError as error:
            raise ValidationError(error.detail, code="invalid") from error
        if not isinstance(decoded, dict):
            raise ValidationError("This is no object of JSON.", code="invalid")
        return decoded
