"""Which cohorts a page's address chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django import forms

from apps.analytics.customers.messages import CohortsQuery
from apps.auth.contract import Auth
from omnify.pages.days import say_day
from omnify.services import client_of

MEASURES: Final = {"retention": "Retention", "revenue": "Revenue", "ltv": "Lifetime value"}
_GRAINS: Final = (("month", "Months"), ("week", "Weeks"))


class CohortForm(forms.Form):
    """What an address says of cohorts; what it leaves out is as the API has it."""

    measure = forms.ChoiceField(required=False, choices=[*MEASURES.items()])
    grain = forms.ChoiceField(label="Periods", required=False, choices=_GRAINS)
    first = forms.DateField(
        label="First bought from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label="First bought to", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    brand = forms.ChoiceField(label="Brand", required=False)

    def __init__(self, sent: Mapping[str, str]) -> None:
        super().__init__(sent)
        brands = [(str(each.id), each.name) for each in client_of(Auth).list_brands()]
        if brands:
            self.fields["brand"].choices = [("", "All brands"), *brands]  # type: ignore[attr-defined]
        else:
            del self.fields["brand"]

    def clean(self) -> dict[str, Any]:
        """Refuse days that are turned round."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", f"{say_day(last)} is before {say_day(first)}.")
        return found


def asked_of(choice: Mapping[str, Any]) -> CohortsQuery:
    """Return the question of a choice."""
    return CohortsQuery(
        grain=choice.get("grain") or "month",
        measure=choice.get("measure") or "retention",
        from_date=choice.get("first"),
        to_date=choice.get("last"),
        brand_id=choice.get("brand") or None,
    )


def address_of(choice: Mapping[str, Any], **others: str) -> str:
    """Return the parameters of a choice, with others in place of its own."""
    return urlencode({name: value for name, value in {**choice, **others}.items() if value})
