"""What the import page asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from omnify.money import CURRENCIES
from omnify.pages.fields import NameField

_MAX_NAME = 64


class ImportForm(forms.Form):
    """A file, its currency, and the source that it continues."""

    file = forms.FileField(
        label="CSV file",
        help_text="CSV or XLSX with a column of days, as it was downloaded.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        label="Currency",
        min_length=3,
        max_length=3,
        help_text="The code of the currency of all amounts, unless a column names it.",
        error_messages={"invalid": "Write a code of three capital letters, such as EUR."},
    )
    source = NameField(
        label="Source",
        initial="csv",
        max_length=_MAX_NAME,
        help_text=(
            "Files of one source continue and correct each other: a later file replaces the numbers"
            " that it has. Files of different sources add up."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a second file, which would be left out."""
        if len(self.files.getlist("file")) > 1:
            raise ValidationError("Choose one file; import the others after it.", code="repeated")
        return self.cleaned_data["file"]

    def clean_currency(self) -> str:
        """Refuse a code that no currency has."""
        code: str = self.cleaned_data["currency"]
        if code not in CURRENCIES:
            raise ValidationError(f"'{code}' is not a currency's code, such as EUR.")
        return code
