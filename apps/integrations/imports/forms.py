"""What the import page asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from apps.auth.contract import Brand
from omnify.money import CURRENCIES
from omnify.pages.fields import NameField

_MAX_NAME = 64
_KINDS: Final = (
    ("metrics", "numbers of a day, week or month"),
    ("orders", "an order"),
    ("touchpoints", "a touch of a customer, or a path"),
)
_GRAINS: Final = (
    ("", "as the file says"),
    ("day", "a day"),
    ("week", "a week"),
    ("month", "a month"),
)
_LEVELS: Final = (
    ("", "as the columns say"),
    ("organization", "the organization"),
    ("channel", "a channel"),
    ("account", "an account"),
    ("campaign", "a campaign"),
    ("ad", "an ad"),
)
_EMPTY: Final = (("", "unknown"), ("zero", "zero"))


class FileForm(forms.Form):
    """A file to read; what is left empty is taken from the file."""

    file = forms.FileField(
        label="CSV file",
        help_text="CSV or XLSX with a column of days, as it was downloaded.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        label="Currency",
        required=False,
        min_length=3,
        max_length=3,
        help_text=(
            "The code of the currency of all amounts, unless a column names it. Left empty, it is"
            " the file's or the organization's."
        ),
        error_messages={"invalid": "Write a code of three capital letters, such as EUR."},
    )
    source = NameField(
        label="Source",
        required=False,
        max_length=_MAX_NAME,
        help_text=(
            "Files of one source continue and correct each other: a later file replaces the numbers"
            " that it has. Files of different sources add up. Left empty, it is the export's name."
        ),
    )

    def __init__(self, *args: Any, brands: Sequence[Brand] = (), **options: Any) -> None:
        """Offer the ``brands``; without any there is nothing to choose."""
        super().__init__(*args, **options)
        if brands:
            names = [(str(brand.id), brand.name) for brand in brands]
            self.fields["brand"] = forms.ChoiceField(
                label="Brand",
                required=False,
                choices=[("", "none: the numbers are our own"), *names],
                help_text="The client that the file belongs to.",
            )

    def clean_file(self) -> Any:
        """Refuse a second file, which would be left out."""
        if len(self.files.getlist("file")) > 1:
            raise ValidationError("Choose one file; import the others after it.", code="repeated")
        return self.cleaned_data["file"]

    def clean_currency(self) -> str:
        """Refuse a code that no currency has."""
        code: str = self.cleaned_data["currency"]
        if code and code not in CURRENCIES:
            raise ValidationError(f"'{code}' is not a currency's code, such as EUR.")
        return code


class ImportForm(FileForm):
    """A file to check or to import; the mapping refuses amounts without a currency."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].required = True


class ReadingForm(forms.Form):
    """How a file is read, beside what its columns are; the mapping checks what is chosen."""

    use_required_attribute = False
    sheet = forms.ChoiceField()
    kind = forms.ChoiceField(
        label="What a row is",
        choices=_KINDS,
        help_text="What the columns can be depends on it.",
    )
    grain = forms.ChoiceField(
        label="Which days a row is of",
        choices=_GRAINS,
        help_text="Where a column has the last day of each row, choose that below instead.",
    )
    level = forms.ChoiceField(
        label="Whose numbers they are",
        choices=_LEVELS,
        help_text="Accounts, campaigns and ads need a column of their names.",
    )
    empty = forms.ChoiceField(
        label="What an empty cell is",
        choices=_EMPTY,
        help_text="Of numbers; cells such as -- or N/A are empty, too.",
    )

    def __init__(self, said: dict[str, str], *, sheets: Sequence[str], reads_at: str) -> None:
        """Show what was ``said``; ``reads_at`` reads the columns anew when that changes them."""
        super().__init__(initial=said)
        for name in ("sheet", "kind"):
            self.fields[name].widget.attrs |= {"hx-post": reads_at, "hx-trigger": "change"}
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        if len(sheets) <= 1:
            del self.fields["sheet"]
        if said["kind"] != "metrics":
            del self.fields["grain"], self.fields["level"]
