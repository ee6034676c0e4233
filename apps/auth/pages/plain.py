"""The base of pages with one form, for those whom nobody knows yet."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from apps.auth.exceptions import LinkInvalidError
from apps.auth.forms import AddressForm
from apps.auth.operations.limits import Limit, place_of, spend_try
from omnify.exceptions import OmnifyError
from omnify.pages.forms import FormPage
from omnify.pages.parts import Form, Link
from omnify.pages.session import SIGN_IN_PATH, PageRequest

_CUT_OFF = (
    "This address lacks the end of its link. Open the link in the mail again, in full,"
    " or let us mail you a new one."
)


class PlainForm(FormPage, is_base=True):
    """A card with a form, whose answer sets the browser on another way."""

    layout = "plain"
    stays: ClassVar = False
    #: What a form that is not valid counts against, as what reaches the operation does.
    limit: ClassVar[Limit | None] = None

    def show_invalid(self) -> HttpResponse:
        """Show the form again; an address that sent too much that is not valid is told to wait."""
        if self.limit is not None:
            spend_try(self.limit, place_of(self.device.address), now=self.now)
        return super().show_invalid()


class LinkForm(PlainForm, is_base=True):
    """A form that a mailed link leads to; its address brings the secret."""

    #: The name of the route that mails a new link in place of one that is of no use.
    renewal: ClassVar[str]

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the form; without a secret, the way to a new link."""
        if not request.GET.get("token"):
            return self.show_renewal(_CUT_OFF)
        return super().get(request, **ids)

    def show_form(self, *, status: int = 200) -> HttpResponse:
        """Return the page with the form; what came without a secret is beyond repair."""
        if "token" in self.form.errors:
            return self.show_renewal(_CUT_OFF, status=status)
        return super().show_form(status=status)

    def show_refusal(self, error: OmnifyError) -> HttpResponse:
        """Show the form again with what is wrong, or the way to a new link."""
        if isinstance(error, LinkInvalidError):
            return self.show_renewal(error.detail, status=error.status)
        return super().show_refusal(error)

    def show_renewal(self, text: str, *, status: int = 200) -> HttpResponse:
        """Return a page that says why the link is of no use, and mails a new one."""
        form = Form(
            fields=AddressForm(),
            url=reverse(self.renewal),
            button="Mail me a new link",
            stays=False,
        )
        context = {"heading": self.heading, "text": text, "form": form, "links": self.find_links()}
        return self.show("omnify/pages/form.html", context, status=status)

    def find_initial(self) -> dict[str, Any]:
        """Return the secret."""
        return {"token": self.request.GET.get("token", "")}

    def find_links(self) -> list[Link]:
        """Return where to sign in."""
        return [Link(SIGN_IN_PATH, "Sign in")]
