"""The forms of saved views."""

from __future__ import annotations

from django import forms

from omnify.pages.fields import NameField


class NameForm(forms.Form):
    """What a view is called."""

    name = NameField(label="Name", max_length=100)


class NewViewForm(NameForm):
    """A name, and the days to come back to."""

    first = forms.DateField(label="From", widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label="To", widget=forms.DateInput({"type": "date"}))
