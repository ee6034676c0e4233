"""What the import page asks for."""

from __future__ import annotations

from django import forms

_MAX_NAME = 64


class ImportForm(forms.Form):
    """A file, its currency, and the source that it continues."""

    file = forms.FileField(
        label="File",
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
    source = forms.CharField(
        label="Source",
        initial="csv",
        max_length=_MAX_NAME,
        help_text=(
            "Files of one source continue and correct each other: a later file replaces the numbers"
            " that it has. Files of different sources add up."
        ),
    )
