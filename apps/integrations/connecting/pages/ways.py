"""What can be done about a connection: the one thing that helps, and all else.

The views behind the buttons, with who may press them, are in ``syncing/pages/acting.py``.
"""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from apps.integrations.connections.models import Connection
from apps.integrations.connections.states import Standing, State
from apps.integrations.syncing.models import SyncRun
from apps.integrations.syncing.pages.frame import url_of
from apps.integrations.syncing.queries import find_last_run
from omnify.pages.parts import Action, Link, LinkButton, Menu

#: By what helps: where its button leads, and what stands on it.
_PAGES: Final = {
    "reconnect": ("reconnect", "Reconnect"),
    "choose_accounts": ("choose-accounts", "Choose accounts"),
    "reconcile": ("reconciliation", "See what differs"),
}
_ACTIONS: Final = {"resume": "Resume", "sync": "Sync now"}


def find_way(connection: Connection, standing: Standing) -> LinkButton | Action | None:
    """Return the button of what helps, None where nothing has to be done."""
    about = connection.name
    if standing.action == "retry":
        return _retry(connection)
    if found := _PAGES.get(standing.action):
        route, label = found
        return LinkButton(url=url_of(route, connection), label=label, about=about)
    if label := _ACTIONS.get(standing.action, ""):
        return Action(url=url_of(standing.action, connection), label=label, about=about)
    return None


def find_others(connection: Connection, standing: Standing, *, may_end: bool) -> Menu:
    """Return what else can be done; what helps has a button of its own."""
    actions = []
    if connection.next_sync_at is not None:
        if standing.action != "sync":
            actions.append(Action(url=url_of("sync", connection), label="Sync now"))
        actions.append(Action(url=url_of("pause", connection), label="Pause"))
    return Menu(
        label="What else can be done",
        links=_links(connection, standing, may_end=may_end),
        actions=tuple(actions),
    )


def _links(connection: Connection, standing: Standing, *, may_end: bool) -> tuple[Link, ...]:
    def link(route: str, label: str) -> Link:
        return Link(url_of(route, connection), label)

    if standing.state is State.DISCONNECTED:
        return (link("disconnect", "Erase its numbers"),) if may_end else ()
    links = []
    if connection.next_sync_at is not None:
        links.append(link("resync", "Read days again"))
    if standing.action != "choose_accounts":
        links.append(link("choose-accounts", "Choose accounts"))
    if standing.action != "reconnect":
        links.append(link("reconnect", "Reconnect"))
    if may_end:
        links.append(link("disconnect", "Disconnect"))
    return tuple(links)


def _retry(connection: Connection) -> Action | None:
    """Return the button that asks again what the last run could not get."""
    run = find_last_run(connection)
    if run is None or run.state != SyncRun.State.FAILED:
        return None
    url = reverse("integrations:retry-run", args=[run.id])
    return Action(url=url, label="Ask again", about=connection.name)
