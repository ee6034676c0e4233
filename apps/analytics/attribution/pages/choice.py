"""Which models, window and days a page's address chooses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from msgspec.structs import replace

from apps.analytics.attribution.messages import AttributionQuery
from omnify.pages.days import say_day

MODELS: Final = {
    "linear": "Linear",
    "first": "First touch",
    "last": "Last touch",
    "time_decay": "Time decay",
    "position": "Position",
    "markov": "Markov chain",
    "shapley": "Shapley value",
}
_WINDOWS: Final = {
    "28": "28 days",
    "14": "14 days",
    "7": "7 days",
    "1": "1 day",
    "lifetime": "No limit",
}
_NONE: Final = ("none", "No other")


class CreditForm(forms.Form):
    """What an address says; without models it is linear beside the last touch."""

    model = forms.ChoiceField(label="Model", required=False, choices=[*MODELS.items()])
    beside = forms.ChoiceField(
        label="Beside", required=False, initial="last", choices=[_NONE, *MODELS.items()]
    )
    also = forms.ChoiceField(
        label="And beside", required=False, initial="none", choices=[_NONE, *MODELS.items()]
    )
    window = forms.ChoiceField(label="Touches within", required=False, choices=[*_WINDOWS.items()])
    first = forms.DateField(
        label="Converted from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label="Converted to", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, sent: Mapping[str, str]) -> None:
        unsaid = {name: field.initial for name, field in self.base_fields.items() if field.initial}
        super().__init__(unsaid | {name: value for name, value in sent.items() if value})

    def clean(self) -> dict[str, Any]:
        """Refuse days that are turned round."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", f"{say_day(last)} is before {say_day(first)}.")
        return found


def iter_asked(choice: Mapping[str, Any]) -> Iterator[AttributionQuery]:
    """Yield the question of each model that is chosen, once."""
    chosen = AttributionQuery(
        model=choice.get("model") or "linear",
        first=choice.get("first"),
        last=choice.get("last"),
        window=choice.get("window") or "28",
    )
    others = (choice.get(name) for name in ("beside", "also"))
    for model in dict.fromkeys((chosen.model, *others)):
        if model in MODELS:
            yield replace(chosen, model=model)


def address_of(choice: Mapping[str, Any], **others: str) -> str:
    """Return the parameters of a choice, with others in place of its own."""
    return urlencode({name: value for name, value in {**choice, **others}.items() if value})
