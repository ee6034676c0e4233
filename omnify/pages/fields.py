"""Fields of forms that people fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from omnify.api.limits import read_free_json
from omnify.exceptions import InvalidInputError
from omnify.names import clean_name, find_name_problem


class NameField(forms.CharField):
    """A text of one line: a name, or a few words (see ``omnify.names``)."""

    def to_python(self, value: Any) -> str:
        """Return the name in its one form."""
        return clean_name(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        """Refuse what is not one line that can be seen."""
        super().validate(value)
        if problem := find_name_problem(value):
            raise ValidationError(problem, code="invalid")


class JsonField(forms.CharField):
    """An object that a script of the page fills in."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Return the object, None where there is none."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            decoded = read_free_json(text)
        except InvalidInputError as error:
            raise ValidationError(error.detail, code="invalid") from error
        if not isinstance(decoded, dict):
            raise ValidationError("This is no object of JSON.", code="invalid")
        return decoded


class Combobox(forms.Select):
    """A choice of many, found by typing."""

    template_name = "omnify/pages/parts/combobox.html"
