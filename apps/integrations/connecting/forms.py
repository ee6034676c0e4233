"""What the pages of connecting ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from apps.auth.contract import Brand
from apps.integrations.accounts.models import PlatformAccount
from omnify.names import isolate

_DEPTHS: Final = (
    ("30", "The last 30 days"),
    ("90", "The last 90 days"),
    ("365", "The last year"),
    ("all", "All that the platform has"),
)
_DATA: Final = (
    ("keep", "Keep them: what was read stays in all reports"),
    ("erase", "Erase them: reports then lack them, for good"),
)


class LinkForm(forms.Form):
    """The secret of a colleague's link."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)


class ConnectForm(forms.Form):
    """What a platform needs to know before a person goes there, or its key."""

    use_required_attribute = False
    shop = forms.CharField(
        label="Address of the shop",
        max_length=80,
        error_messages={"required": "Say which shop, such as my-shop.myshopify.com."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    api_key = forms.CharField(
        label="Key",
        max_length=500,
        help_text="It is kept encrypted, and nobody can read it here again.",
        error_messages={"required": "Paste the key that the platform shows you."},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by_key: bool, needs_shop: bool, **options: Any) -> None:
        """Ask only what this way of connecting needs; with a key a shop may be named."""
        super().__init__(*args, **options)
        self.fields["shop"].required = needs_shop
        if not by_key:
            del self.fields["api_key"]
            if not needs_shop:
                del self.fields["shop"]


class AccountsForm(forms.Form):
    """Which accounts are read, how far back, and whose they are."""

    use_required_attribute = False
    accounts = forms.MultipleChoiceField(
        label="Accounts",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "This list has changed: choose again."},
    )
    depth = forms.ChoiceField(
        label="How far back",
        choices=_DEPTHS,
        initial="90",
        help_text="Orders and customers are read whole.",
    )

    def __init__(
        self,
        *args: Any,
        accounts: Sequence[PlatformAccount],
        brands: Sequence[Brand],
        **options: Any,
    ) -> None:
        """Offer the accounts that the connection sees, and for an agency the brand of each."""
        super().__init__(*args, **options)
        field: Any = self.fields["accounts"]
        field.choices = [(row.external_id, _describe(row)) for row in accounts]
        names = [("", "None: the numbers are our own"), *((str(b.id), b.name) for b in brands)]
        for row in accounts if brands else ():
            self.fields[f"brand-{row.external_id}"] = forms.ChoiceField(
                label=f"Brand of {isolate(row.name)}", required=False, choices=names
            )


class DisconnectForm(forms.Form):
    """What becomes of the numbers of a connection that ends."""

    numbers = forms.ChoiceField(
        label="Its numbers", choices=_DATA, initial="keep", widget=forms.RadioSelect
    )


def _describe(row: PlatformAccount) -> str:
    facts = ", ".join(filter(None, (row.external_id, row.currency, row.timezone)))
    ending = "" if row.is_active else ", not active"
    return f"{isolate(row.name)} ({facts}{ending})"
