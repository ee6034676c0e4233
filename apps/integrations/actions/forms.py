"""What the pages of actions ask for."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from apps.integrations.platforms.actions import SET_BUDGET
from omnify.pages.fields import Choices, Combobox

_ACTIONS: Final = (
    (SET_BUDGET, "Set the budget of a day"),
    ("pause", "Pause"),
    ("resume", "Resume"),
)


class ActionForm(forms.Form):
    """A change on a platform; ``told`` is the one of which before and after were shown."""

    use_required_attribute = False
    action = forms.ChoiceField(label="What", choices=_ACTIONS)
    target = forms.ChoiceField(
        label="Of what",
        widget=Combobox,
        error_messages={"required": "Choose a campaign, ad group or ad."},
    )
    amount = forms.DecimalField(
        label="Budget of a day",
        required=False,
        max_digits=18,
        decimal_places=6,
        help_text="In the currency of the account; only where a budget is set.",
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    told = forms.CharField(widget=forms.HiddenInput, required=False, max_length=250)

    def __init__(self, *args: Any, targets: Choices, **options: Any) -> None:
        """Offer the targets that there are."""
        super().__init__(*args, **options)
        self.fields["target"].choices = [("", "Choose"), *targets]  # type: ignore[attr-defined]
