"""What the import pages ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from apps.auth.contract import Brand
from omnify.money import CURRENCIES
from omnify.pages.fields import NameField

_MAX_NAME: Final = 64
_KINDS: Final = (
    ("metrics", "Numbers of a day, week or month"),
    ("orders", "An order"),
    ("touchpoints", "A touch of a customer, or a path"),
    ("rates", "Exchange rates of a day"),
)
_GRAINS: Final = (
    ("", "As the file says"),
    ("day", "A day"),
    ("week", "A week"),
    ("month", "A month"),
)
_LEVELS: Final = (
    ("", "As the columns say"),
    ("organization", "The organization"),
    ("channel", "A channel"),
    ("account", "An account"),
    ("campaign", "A campaign"),
    ("ad", "An ad"),
)
_EMPTY: Final = (("", "Unknown"), ("zero", "Zero"))
#: The id of the list of codes that a browser proposes.
CURRENCY_LIST: Final = "currencies"


class FileForm(forms.Form):
    """A file to read."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX as you downloaded it, up to 1 GB.",
        error_messages={
            "required": "Choose a file first.",
            "empty": "There is nothing in this file. Choose another one.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse a second file, which would be left out."""
        if len(self.files.getlist("file")) > 1:
            raise ValidationError("Choose one file; import the others after it.", code="repeated")
        return self.cleaned_data["file"]


class SourceForm(forms.Form):
    """What a file is, and where its numbers belong."""

    use_required_attribute = False
    sheet = forms.ChoiceField(label="Sheet")
    kind = forms.ChoiceField(label="What a row is", choices=_KINDS)
    currency = forms.CharField(
        label="Currency",
        required=False,
        max_length=3,
        help_text="Of all amounts, unless a column names it.",
        error_messages={"required": "Say which currency the amounts are in, such as EUR."},
        widget=forms.TextInput(
            attrs={"list": CURRENCY_LIST, "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    source = NameField(
        label="Source",
        max_length=_MAX_NAME,
        help_text="Files of one source correct each other; files of different sources add up.",
    )

    def __init__(
        self,
        *args: Any,
        sheets: Sequence[str] = (),
        brands: Sequence[Brand] = (),
        reads_at: str,
        kind: str,
        needs_currency: bool,
        **options: Any,
    ) -> None:
        """Offer sheets and brands where there are any; ``reads_at`` reads the columns anew."""
        super().__init__(*args, **options)
        currency = self.fields["currency"]
        currency.required = needs_currency
        if kind == "rates":
            currency.label = "Base currency"
            currency.help_text = "One of it is worth what the rates say, unless a column names it."
            said = "Say of which currency the rates are, such as EUR."
            currency.error_messages["required"] = said
        for name in ("sheet", "kind"):
            self.fields[name].widget.attrs |= {
                "hx-post": reads_at,
                "hx-trigger": "change",
                "hx-target": "#part",
                "hx-vals": '{"again": "1"}',
            }
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        if len(sheets) <= 1:
            del self.fields["sheet"]
        if brands:
            names = [(str(brand.id), brand.name) for brand in brands]
            self.fields["brand"] = forms.ChoiceField(
                label="Brand",
                required=False,
                choices=[("", "None: the numbers are our own"), *names],
                help_text="The client that the file belongs to.",
            )

    def clean_currency(self) -> str:
        """Refuse a code that no currency has."""
        code: str = self.cleaned_data["currency"]
        if code and code not in CURRENCIES:
            message = f"'{code}' is not a currency's code: write three capitals, such as EUR."
            raise ValidationError(message)
        return code


class RowsForm(forms.Form):
    """How rows are read; the mapping checks what is chosen."""

    use_required_attribute = False
    grain = forms.ChoiceField(
        label="Which days a row is of",
        choices=_GRAINS,
        required=False,
        help_text="Where a column has the last day of each row, choose that below instead.",
    )
    level = forms.ChoiceField(
        label="Whose numbers they are",
        choices=_LEVELS,
        required=False,
        help_text="Accounts, campaigns and ads need a column of their names.",
    )
    empty = forms.ChoiceField(
        label="What an empty cell is",
        choices=_EMPTY,
        required=False,
        help_text="Of numbers; cells such as -- or N/A are empty, too.",
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        """Ask only what rows of a kind leave open."""
        super().__init__(*args, **options)
        if kind != "metrics":
            del self.fields["grain"], self.fields["level"]
