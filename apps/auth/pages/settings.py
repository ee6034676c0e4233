"""What the pages of settings and of one's account share: tabs, and times as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, NamedTuple

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timesince import timesince

from omnify.context import current
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.forms import FormPage
from omnify.pages.parts import Form, Part, Tab, Tabs
from omnify.pages.views import PageView

TEMPLATE: Final = "omnify_auth/settings.html"
#: Within this time of the last sign of life somebody is here.
_PRESENT_FOR: Final = timedelta(minutes=10)


class Place(NamedTuple):
    """A page among others: its label, its route, and who may see it."""

    label: str
    route: str
    permission: str = SIGNED_IN


SETTINGS: Final = (
    Place("Organization", "auth:organization"),
    Place("Members", "auth:members", "user:view"),
    Place("Roles", "auth:roles", "user:view"),
    Place("Brands", "auth:brands", "org:view"),
    Place("API keys", "auth:api-keys"),
    Place("Audit log", "auth:audit", "org:admin"),
    Place("Plan and use", "auth:plan", "org:view"),
    Place("Documents", "auth:documents"),
)
ACCOUNT: Final = (Place("Profile", "auth:account"), Place("Security", "auth:security"))


def make_tabs(route: str) -> Tabs:
    """Return the tabs among which a route is, of those that the viewer may see."""
    is_account = any(place.route == route for place in ACCOUNT)
    places, label = (ACCOUNT, "My account") if is_account else (SETTINGS, "Settings")
    principal = current().principal
    seen = [
        place
        for place in places
        if place.permission == SIGNED_IN or principal.has_permission(place.permission)
    ]
    return Tabs(
        label=label,
        tabs=tuple(
            Tab(
                label=place.label,
                url=reverse(place.route),
                is_current=place.route == route,
            )
            for place in seen
        ),
    )


class SettingsPage(PageView, is_base=True):
    """A page among the tabs."""

    heading: ClassVar[str]
    #: The route of the tab.
    tab: ClassVar[str]

    def show_parts(self, *parts: Part, **more: Any) -> HttpResponse:
        """Return the page with its parts below the tabs."""
        return self.show(TEMPLATE, describe(self.heading, self.tab, parts) | more)


class SettingsForm(FormPage, is_base=True):
    """A form among the tabs, with a heading of its own."""

    template = TEMPLATE
    tab: ClassVar[str]

    def find_context(self) -> dict[str, Any]:
        """Return the form below the tabs."""
        form = Form(fields=self.form, url=self.request.get_full_path(), button=self.button)
        return describe(self.heading, self.tab, (form,)) | {"is_form": True}


def describe(heading: str, tab: str, parts: Iterable[Part]) -> dict[str, Any]:
    """Return what the template knows."""
    return {"heading": heading, "tabs": make_tabs(tab), "parts": tuple(parts)}


def disable(form: BaseForm) -> BaseForm:
    """Return a form that shows what it holds, for those who may not change it."""
    for field in form.fields.values():
        field.disabled = True
    return form


def say_ago(then: datetime | None, *, now: datetime) -> str:
    """Return how long ago something was, in the largest unit."""
    if then is None:
        return "never"
    if now - then < _PRESENT_FOR:
        return "now"
    return f"{timesince(then, now, depth=1)} ago".replace("\N{NO-BREAK SPACE}", " ")
