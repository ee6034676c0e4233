"""The base of pages with one form, for those whom nobody knows yet."""

from __future__ import annotations

from typing import Any, ClassVar

from omnify.pages.forms import FormPage
from omnify.pages.parts import Link
from omnify.pages.session import SIGN_IN_PATH


class PlainForm(FormPage, is_base=True):
    """A card with a form, whose answer sets the browser on another way."""

    layout = "plain"
    stays: ClassVar = False


class LinkForm(PlainForm, is_base=True):
    """A form that a mailed link leads to; its address brings the secret."""

    def find_initial(self) -> dict[str, Any]:
        """Return the secret."""
        return {"token": self.request.GET.get("token", "")}

    def find_links(self) -> list[Link]:
        """Return where to sign in."""
        return [Link(SIGN_IN_PATH, "Sign in")]
