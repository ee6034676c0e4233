"""Asking for the platform's own sums, and counting the days on which ours differ."""

from __future__ import annotations

from typing import Final

from django.db.models import Max, Min

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import list_chosen, to_account
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Slice
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Days, slices_of
from apps.integrations.syncing.models import PlatformTotal, SyncRun
from apps.integrations.syncing.queries.sums import compare
from omnify.db import atomic

#: Days of one question for sums.
_SPAN: Final = 30


def compare_run(run: SyncRun, api: Api) -> None:
    """Ask for the platform's sums of the days that were read, and count what differs."""
    disagreements = 0
    for account in list_chosen(run.connection).select_related("connection"):
        found = queries.list_uncompared(account)
        ends = found.aggregate(first=Min("first_date"), last=Max("last_date"))
        if ends["first"] is None:
            continue
        span = ends["first"], ends["last"]
        for first, last in slices_of(*span, _SPAN):
            _keep_totals(account, api, (first, last))
        found.update(is_compared=True)
        disagreements += sum(not each.agrees for each in compare(account, span))
    SyncRun.objects.filter(id=run.id).update(disagreements=disagreements)


def _keep_totals(account: PlatformAccount, api: Api, span: Days) -> None:
    """Replace what a platform said of some days; where it says nothing nothing is compared."""
    adapter, asked_at = get_adapter(account.platform), api.now
    wanted = Slice(
        stream="metrics",
        level="account",
        first=span[0],
        last=span[1],
        window=account.connection.window,
        measure=account.connection.measure,
    )
    totals = list(adapter.read_totals(api, to_account(account), wanted))
    with atomic("integrations"):
        PlatformTotal.objects.filter(account=account, date__range=span).delete()
        PlatformTotal.objects.bulk_create(
            PlatformTotal(
                organization_id=account.organization_id,
                account=account,
                date=total.date,
                measure=total.measure,
                micros=total.micros,
                asked_at=asked_at,
            )
            for total in totals
        )
