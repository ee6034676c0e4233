"""What the pages of syncs ask for."""

from __future__ import annotations

from typing import Any

from django import forms


class DaysForm(forms.Form):
    """A first and a last day."""

    use_required_attribute = False
    from_date = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say from which day on.", "invalid": "This is no day."},
    )
    to_date = forms.DateField(
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say up to which day.", "invalid": "This is no day."},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        given = super().clean() or {}
        first, last = given.get("from_date"), given.get("to_date")
        if first and last and first > last:
            self.add_error("to_date", "The last day is before the first.")
        return given


class ResyncForm(DaysForm):
    """Days that are read again; ``told`` are those of which the cost was shown."""

    told = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
