"""The form of an exchange rate."""

from __future__ import annotations

from django import forms

from omnify.pages.fields import CurrencyField


class RateForm(forms.Form):
    """What one of a currency was worth in another on a day."""

    date = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}))
    base = CurrencyField(label="One of", unset="")
    rate = forms.DecimalField(
        label="Was worth", help_text="Such as 1.0853; it stands for up to seven days after, too."
    )
    currency = CurrencyField(label="Of", unset="")
