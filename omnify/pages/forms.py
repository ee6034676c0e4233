"""Pages that change something: each action has an address, a view and an access of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BaseForm, Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from omnify.exceptions import OmnifyError
from omnify.identity.permissions import DocumentsOutstandingError, ReauthenticationRequiredError
from omnify.pages import parts
from omnify.pages.errors import say_when
from omnify.pages.layouts import is_part_asked
from omnify.pages.notices import leave_notice
from omnify.pages.parts import Banner, Link
from omnify.pages.session import PageRequest, go_to, split_address
from omnify.pages.views import PageView

#: What leads elsewhere first, rather than to another try.
_LEADING = (DocumentsOutstandingError, ReauthenticationRequiredError)
_INVALID = 400


def add_problems(form: BaseForm, error: OmnifyError, *, field: str | None = None) -> None:
    """Show a refusal beside the fields that it names, or beside one, or above all."""
    for problem in error.details.get("errors") or [{"field": field}]:
        name = problem["field"] if problem["field"] in form.fields else None
        form.add_error(name, problem.get("message", error.detail))


class ActionPage(PageView, is_base=True):
    """One thing to do: a button sends it, and the answer leads back with a sentence."""

    #: The name of the route that it leads back to.
    back: ClassVar[str]

    def post(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Do it; a refusal is the shell's to show."""
        return self.run(**ids)

    def run(self, *args: Any, **ids: Any) -> HttpResponse:
        """Do it and answer, as a rule with ``go_back``."""
        raise NotImplementedError

    def go_back(self, said: str) -> HttpResponse:
        """Lead back, where it is said that it is done."""
        here = split_address(self.request.htmx.current_url or "").path
        if self.request.htmx and here != self.back_path:
            # A part is filled on the page that it belongs to alone.
            response = go_to(self.request, self.back_url)
        else:
            response = HttpResponseRedirect(self.back_url, status=303)
        leave_notice(response, Banner(text=said, level="success"))
        return response

    @property
    def back_path(self) -> str:
        """Return the path of the page that it leads back to."""
        return reverse(self.back)

    @property
    def back_url(self) -> str:
        """Return the address that it leads back to, at the former place of a list."""
        query = self.request.GET.urlencode()
        return f"{self.back_path}?{query}" if query else self.back_path


class QuestionPage(ActionPage, is_base=True):
    """One thing that cannot be undone: opening its address asks, sending it does it."""

    heading: ClassVar[str] = ""
    text: ClassVar[str] = ""
    button: ClassVar[str] = ""

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Ask; with a script, in a dialog."""
        context = {
            "heading": self.heading,
            "text": self.text,
            "button": self.button,
            "back_url": self.back_url,
            **self.describe(**ids),
        }
        return self.show("omnify/pages/question.html", context)

    def describe(self, *args: Any, **ids: Any) -> dict[str, str]:
        """Return those of ``heading``, ``text`` and ``button`` that name what it is about."""
        return {}


class FormPage(ActionPage, is_base=True):
    """A form: shown, checked, and given to an operation, whose refusal stands beside its field."""

    form_class: ClassVar[type[BaseForm]] = Form
    template: ClassVar[str] = "omnify/pages/form.html"
    heading: ClassVar[str] = ""
    #: What stands on its button; a page may say it by what was sent.
    button: str = "Save"
    #: The field beside which a refusal stands that names none.
    problem_field: ClassVar[str | None] = None
    #: Whether htmx fills the answer into the page; else the browser goes there.
    stays: ClassVar[bool] = True
    #: The form of this request: as it is at first, or as it was sent.
    form: BaseForm

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the form."""
        self.form = self.make_form(initial=self.find_initial(**ids))
        return self.show_form()

    def post(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Run the operation, or show the form again with what is wrong in it."""
        self.form = self.make_form(request.POST, request.FILES)
        try:
            if not self.form.is_valid():
                return self.show_invalid()
            return self.run(self.form.cleaned_data, **ids)
        except _LEADING:
            raise
        except OmnifyError as error:
            return say_when(self.show_refusal(error), error)

    def show_invalid(self) -> HttpResponse:
        """Show the form again, with what is wrong in it."""
        return self.show_form(status=_INVALID)

    def show_refusal(self, error: OmnifyError) -> HttpResponse:
        """Show the form again, with the operation's refusal beside the fields that it names."""
        add_problems(self.form, error, field=self.problem_field)
        return self.show_form(status=error.status)

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form, empty or as it was sent; for forms that depend on who sees them."""
        return self.form_class(*sent, **options)

    def find_initial(self, *args: Any, **ids: Any) -> dict[str, Any]:
        """Return what the form holds at first."""
        return {}

    def show_form(self, *, status: int = 200) -> HttpResponse:
        """Return the page with the form; htmx takes no answer but a success into a page."""
        status = 200 if is_part_asked(self.request) else status
        return self.show(self.template, self.find_context(), status=status)

    def find_context(self) -> dict[str, Any]:
        """Return what the template knows: the form, and the ways on below it."""
        shown = parts.Form(
            fields=self.form,
            url=self.request.get_full_path(),
            button=self.button,
            stays=self.stays,
        )
        return {"heading": self.heading, "form": shown, "links": self.find_links()}

    def find_links(self) -> list[Link]:
        """Return the ways on below the form."""
        return []

    def show_message(self, text: str, *, heading: str = "") -> HttpResponse:
        """Return a page that says what came of it."""
        context = {"heading": heading or self.heading, "text": text, "links": self.find_links()}
        return self.show("omnify/pages/form.html", context)
