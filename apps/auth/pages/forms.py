"""Pages with one form that anybody may send, and what they say."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from omnify.exceptions import OmnifyError
from omnify.identity.permissions import PUBLIC
from omnify.pages.session import SIGN_IN_PATH
from omnify.pages.views import PageView

_SIGN_IN = {"url": SIGN_IN_PATH, "label": "Sign in"}


class FormPage(PageView):
    """A page with one form that anybody may send; the secret of a link comes in the address."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class: ClassVar[type[forms.Form]]
    heading: ClassVar[str]
    button: ClassVar[str]
    done: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        form = self.form_class(initial={"token": request.GET.get("token", "")})
        return self._show(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it, and say so."""
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        try:
            self.run(request, form.cleaned_data)
        except OmnifyError as error:
            add_problems(form, error)
            return self._show(request, form, status=error.status)
        return show_message(request, self.heading, self.done)

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Do what the form is for."""
        raise NotImplementedError

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {
            "heading": self.heading,
            "form": form,
            "button": self.button,
            "links": [_SIGN_IN],
        }
        return render(request, "omnify_auth/form_page.html", context, status=status)


def add_problems(form: forms.Form, error: OmnifyError, *, field: str | None = None) -> None:
    """Show a refusal beside the fields that it names, or beside one, or above all."""
    for problem in error.details.get("errors") or [{"field": field}]:
        name = problem["field"] if problem["field"] in form.fields else None
        form.add_error(name, problem.get("message", error.detail))


def show_message(request: HttpRequest, heading: str, text: str) -> HttpResponse:
    """A page that says something, and where to sign in."""
    context = {"heading": heading, "text": text, "links": [_SIGN_IN]}
    return render(request, "omnify_auth/form_page.html", context)
