"""What all pages of one connection have: its name, its tabs, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import get_connection
from apps.integrations.platforms.registry import find_actor
from omnify.pages.forms import ActionPage
from omnify.pages.parts import Link, Part, Tab, Tabs
from omnify.pages.views import PageView

#: The tabs by the names of their routes.
_TABS: Final = {
    "connection": "Overview",
    "syncs": "Syncs",
    "reconciliation": "Reconciliation",
    "fields": "Fields",
    "actions": "Actions",
}


class ConnectionPage(PageView, is_base=True):
    """A page among the tabs of a connection."""

    #: The route of its tab.
    tab: ClassVar[str] = ""

    @cached_property
    def connection(self) -> Connection:
        """The connection that the address names.

        Raises:
            ConnectionNotFoundError: the organization has no connection with this id.
        """
        return get_connection(self.kwargs["connection_id"])

    def show_parts(self, *shown: Part | None) -> HttpResponse:
        """Return the page with some parts below its tabs."""
        context = self.describe() | {"shown": shown}
        return self.show("omnify_integrations/syncing/tab.html", context)

    def describe(self) -> dict[str, Any]:
        """Return what the templates of all tabs know."""
        return {
            "heading": self.connection.name,
            "breadcrumbs": way_to(self.connection.name),
            "tabs": Tabs(label="Of this connection", tabs=tuple(self._tabs())),
        }

    def _tabs(self) -> list[Tab]:
        # Of most platforms nothing can be changed from here.
        hidden = "" if find_actor(self.connection.platform) else "actions"
        return [
            Tab(label=label, url=url_of(route, self.connection), is_current=route == self.tab)
            for route, label in _TABS.items()
            if route != hidden
        ]


class BackToConnection(ActionPage, is_base=True):
    """Something to do about a connection, that leads back to its page."""

    back = "integrations:connection"

    @property
    def back_path(self) -> str:
        """Return the page of the connection."""
        return reverse(self.back, args=[self.kwargs["connection_id"]])


def url_of(route: str, connection: Connection) -> str:
    """Return the address of a page or an action of a connection."""
    return reverse(f"integrations:{route}", args=[connection.id])


def way_to(name: str, *between: Link) -> Sequence[Link]:
    """Return the way from the connections to a page of this name."""
    return (Link(reverse("integrations:connections"), "Connections"), *between, Link("", name))
