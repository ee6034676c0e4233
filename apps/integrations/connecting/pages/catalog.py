"""What can be connected, and what is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import ClassVar, Final

import msgspec
from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.connecting.pages.ways import find_way
from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import list_platform_connections
from apps.integrations.connections.states import describe_state
from apps.integrations.contract import MEASURES
from apps.integrations.platforms.catalog import list_catalog
from apps.integrations.platforms.messages import Platform
from apps.integrations.syncing.pages.frame import url_of
from apps.integrations.syncing.pages.words import CHIPS, say_standing
from apps.integrations.syncing.queries import is_any_read, is_due_soon
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages.layouts import is_part_asked
from omnify.pages.parts import Cell, Column, Empty, Link, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

#: The kinds of platforms, in the order in which most people need them.
_CATEGORIES: Final = {
    "ads": "Advertising",
    "shop": "Shops",
    "payments": "Payments",
    "email": "E-mail",
    "crm": "Customers and sales",
    "attribution": "Attribution",
}
_LABELS: Final = {measure.name: measure.label.lower() for measure in MEASURES}
_MONTH_DAYS: Final = 30
_COLUMNS: Final = (
    Column("name", "Connection", is_name=True),
    Column("state", "State", is_key=True),
    Column("sentence", "What it means", is_key=True),
    Column("platform", "Platform"),
    Column("way", "What helps"),
)


class Card(msgspec.Struct, frozen=True):
    """A platform as the catalog shows it."""

    platform: Platform
    brings: str
    history: str
    url: str = ""


class Group(msgspec.Struct, frozen=True):
    """The platforms of one kind."""

    title: str
    cards: tuple[Card, ...]


class ConnectionsView(PageView):
    """The connections to platforms."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """List them, with what each needs; nothing where the page asks again for what it shows."""
        may_change = is_allowed(current().principal, "integration:connect")
        names = {each.id: each.name for each in list_catalog()}
        connections = list(list_platform_connections())
        rows = tuple(_row(each, names, self.now, may_change=may_change) for each in connections)
        is_moving = is_any_read() or any(is_due_soon(each, self.now) for each in connections)
        seen = _digest(rows)
        if is_moving and is_part_asked(request) and request.GET.get("seen") == seen:
            return HttpResponse(status=204)
        table = Table(id="connections", caption="Connected platforms", columns=_COLUMNS, rows=rows)
        return self.show(
            "omnify_integrations/connecting/connections.html",
            {
                "again_url": f"{request.path}?seen={seen}" if is_moving else "",
                "connections": table if rows else _nothing(may_change),
                "add": reverse("integrations:catalog") if rows and may_change else "",
            },
        )


class CatalogView(PageView):
    """The platforms by kind."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show what each brings, what it asks for, and the way to connect it."""
        template = "omnify_integrations/connecting/catalog.html"
        return self.show(template, {"groups": list(_groups())})


def _nothing(may_change: bool) -> Empty:  # noqa: FBT001 - one of two texts
    if not may_change:
        text = "Nobody has connected a platform yet. Who may connect one finds the way here."
        return Empty(title="No platform is connected", text=text)
    text = (
        "Connect where you advertise and sell: their numbers then come by themselves, every few"
        " hours. Until then a file does, too."
    )
    links = (
        Link(reverse("integrations:catalog"), "Connect a platform"),
        Link(reverse("integrations:import"), "Import a file"),
    )
    return Empty(title="No platform is connected", text=text, links=links)


def _row(
    made: Connection, names: dict[str, str], now: datetime, *, may_change: bool
) -> tuple[Cell, ...]:
    standing = describe_state(made)
    way = find_way(made, standing) if may_change else None
    return (
        Cell(made.name, url=url_of("connection", made)),
        Cell(standing.state, parts=(CHIPS[standing.state],)),
        Cell("", " ".join(filter(None, say_standing(made, standing, now)))),
        Cell(names.get(made.platform, made.platform)),
        Cell("", parts=(way,) if way else ()),
    )


def _digest(rows: tuple[tuple[Cell, ...], ...]) -> str:
    """Return what tells whether the rows that are shown are still these."""
    texts = "\n".join(f"{cell.value} {cell.shown}" for row in rows for cell in row)
    return blake2b(texts.encode(), digest_size=8).hexdigest()


def _groups() -> Iterator[Group]:
    platforms = list_catalog()
    for category, title in _CATEGORIES.items():
        cards = tuple(_card(each) for each in platforms if each.category == category)
        if cards:
            yield Group(title, cards)


def _card(platform: Platform) -> Card:
    offers = (_LABELS.get(name, name.replace("_", " ")) for name in platform.offers)
    return Card(
        platform=platform,
        brings=", ".join(offers),
        history=_say_history(platform),
        url=reverse("integrations:connect", args=[platform.id]) if platform.is_configured else "",
    )


def _say_history(platform: Platform) -> str:
    if platform.history_days is None:
        return "as far back as the platform has it"
    return f"{platform.history_days // _MONTH_DAYS} months back"
