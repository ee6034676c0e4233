"""A connection's own page: how it stands, how fresh it is, and whose numbers are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse

from apps.auth.contract import Auth
from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connecting.pages.ways import find_others, find_way
from apps.integrations.connections.states import State, describe_state, read_facts
from apps.integrations.platforms.registry import find_adapter
from apps.integrations.syncing.messages import StreamFreshness
from apps.integrations.syncing.models import SyncRun
from apps.integrations.syncing.pages.frame import ConnectionPage, url_of
from apps.integrations.syncing.pages.words import (
    CHIPS,
    find_percent,
    say_run,
    say_standing,
    say_stream,
)
from apps.integrations.syncing.queries import find_run_under_way, is_due_soon
from apps.integrations.syncing.queries.telling import tell_freshness
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages.layouts import is_part_asked
from omnify.pages.numbers import count
from omnify.pages.parts import Cell, Column, Empty, Link, Table
from omnify.pages.session import PageRequest
from omnify.services import client_of

_TEMPLATE: Final = "omnify_integrations/connecting/connection.html"
_STANDING: Final = "omnify_integrations/connecting/_standing.html"
_NOT_WHOLE: Final = "None of its days is whole yet."
_STREAMS: Final = (
    Column("account", "Account", is_name=True),
    Column("stream", "What", is_key=True),
    Column("days", "Days", is_key=True),
    Column("since", "Complete from"),
    Column("whole_to", "To"),
    Column("asked_at", "Checked"),
)
_ACCOUNTS: Final = (
    Column("name", "Account", is_name=True),
    Column("id", "The platform's id", is_name=True, is_key=True),
    Column("currency", "Currency"),
    Column("timezone", "Its days are of", is_key=True),
    Column("depth", "How far back"),
    Column("brand", "Brand", is_name=True),
)


class ConnectionView(ConnectionPage):
    """The first of a connection's pages."""

    access: ClassVar = {"GET": "integration:view"}
    tab = "connection"

    def get(self, request: PageRequest, connection_id: UUID) -> HttpResponse:
        """Show how it stands, and what of each account is here."""
        return self.show(_TEMPLATE, self.describe())

    def describe(self) -> dict[str, Any]:
        """Return what the template knows."""
        accounts = list(list_chosen(self.connection))
        principal = current().principal
        # Of files there is nothing to read or to pause.
        is_read = find_adapter(self.connection.platform) is not None
        may_change = is_read and is_allowed(principal, "integration:connect")
        may_end = is_allowed(principal, "integration:disconnect")
        standing = describe_state(self.connection)
        return {
            **super().describe(),
            **self.describe_standing(),
            "way": find_way(self.connection, standing) if may_change else None,
            "more": find_others(self.connection, standing, may_end=may_end) if may_change else None,
            "streams": self.find_streams(accounts),
            "accounts": _accounts_table(accounts) if accounts else self._no_accounts(may_change),
        }

    def describe_standing(self) -> dict[str, Any]:
        """Return what may change while one looks."""
        connection = self.connection
        standing, facts = describe_state(connection), read_facts(connection)
        sentence, freshness = say_standing(connection, standing, self.now)
        run = find_run_under_way(connection)
        is_read = run is not None and run.state != SyncRun.State.WAITING
        url = f"{url_of('standing', connection)}?done={facts.done_days}"
        is_filling = standing.state is State.BACKFILLING and bool(facts.wanted_days)
        return {
            "chip": CHIPS[standing.state],
            "platform": _platform_of(connection.platform),
            "sentence": sentence,
            "freshness": freshness,
            "percent": find_percent(facts) if is_filling else None,
            "done_days": str(facts.done_days),
            "run": run,
            "run_words": say_run(run) if run else "",
            "standing_url": url if is_read or is_due_soon(connection, self.now) else "",
        }

    def find_streams(self, accounts: Iterable[PlatformAccount]) -> Table | None:
        """Return how much of each stream is here; None where none is read."""
        streams = tell_freshness(self.connection.id, self.now).streams
        return _streams_table(streams, accounts) if streams else None

    def _no_accounts(self, may_change: bool) -> Empty | None:  # noqa: FBT001
        if find_adapter(self.connection.platform) is None:
            return None
        link = Link(url_of("choose-accounts", self.connection), "Choose accounts")
        text = "Nothing is read until accounts are chosen."
        return Empty(title="No account is read", text=text, links=(link,) if may_change else ())


class StandingView(ConnectionView):
    """The part of the page that asks for itself again while the connection is read."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest, connection_id: UUID) -> HttpResponse:
        """Return the part; once nothing is read any more, all of the page, which is new then."""
        if not is_part_asked(request):
            return super().get(request, connection_id)
        standing = self.describe_standing()
        if standing["standing_url"]:
            is_new = standing["done_days"] != request.GET.get("done")
            streams = self.find_streams(list_chosen(self.connection)) if is_new else None
            return self.show(_STANDING, {**standing, "new_streams": streams})
        response = super().get(request, connection_id)
        response["HX-Retarget"], response["HX-Reswap"] = "#part", "innerHTML"
        return response


def _platform_of(name: str) -> str:
    adapter = find_adapter(name)
    return adapter.spec.name if adapter else name


def _streams_table(
    streams: Iterable[StreamFreshness], accounts: Iterable[PlatformAccount]
) -> Table:
    names = {each.external_id: each.name for each in accounts}
    return Table(
        id="streams",
        caption="What is here",
        columns=_STREAMS,
        rows=tuple(
            (
                Cell(names.get(each.account, each.account)),
                Cell("", say_stream(each.stream, each.level)),
                Cell(each.days, f"{count(each.days)} of {count(each.wanted_days)}"),
                Cell(each.first_date, reason=_NOT_WHOLE),
                Cell(each.last_date, reason=_NOT_WHOLE),
                Cell(each.asked_at, reason="It was not asked yet."),
            )
            for each in streams
        ),
    )


def _accounts_table(accounts: list[PlatformAccount]) -> Table:
    brands = _name_brands(accounts)
    return Table(
        id="accounts",
        caption="Accounts that are read",
        columns=_ACCOUNTS if brands else _ACCOUNTS[:-1],
        rows=tuple(_account_row(each, brands) for each in accounts),
    )


def _account_row(row: PlatformAccount, brands: dict[UUID, str]) -> tuple[Cell, ...]:
    depth = f"{count(row.depth_days)} days" if row.depth_days else "all that there is"
    cells = (
        Cell(row.name),
        Cell(row.external_id),
        Cell(row.currency or None, reason="The platform does not say."),
        Cell(row.timezone),
        Cell("", depth),
    )
    if not brands:
        return cells
    return (*cells, Cell(brands.get(row.brand_id, "") if row.brand_id else "", ""))


def _name_brands(accounts: Iterable[PlatformAccount]) -> dict[UUID, str]:
    """Return the names of brands; asks auth only where an account is one's."""
    if not any(each.brand_id for each in accounts):
        return {}
    return {brand.id: brand.name for brand in client_of(Auth).list_brands()}
