"""What the address of a page chooses, read by a form that knows its parameters."""

from __future__ import annotations

from typing import Any

from django import forms

from omnify.exceptions import InvalidInputError


def read_form(form: forms.Form, refusal: str) -> dict[str, Any]:
    """Return what an address says, by the form that knows its parameters.

    Raises:
        InvalidInputError: ``errors`` names each parameter that says what cannot be.
    """
    if not form.is_valid():
        errors = [{"field": field, "message": text[0]} for field, text in form.errors.items()]
        raise InvalidInputError(refusal, errors=errors)
    return form.cleaned_data
