"""What the pages of connecting ask for."""

from __future__ import annotations

from django import forms


class LinkForm(forms.Form):
    """The secret of a colleague's link."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
