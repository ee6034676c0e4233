"""The page of the plan: what it allows, and how much of that is used."""

from __future__ import annotations

from typing import ClassVar, Final

from django.http import HttpResponse

from apps.auth import queries
from apps.auth.pages.settings import SettingsPage
from omnify.pages.parts import Cell, Column, Section, Table
from omnify.pages.session import PageRequest

_GIGABYTE: Final = 1024**3
_COLUMNS: Final = (
    Column("kind", "What"),
    Column("used", "Used", is_number=True),
    Column("limit", "Limit", is_number=True),
    Column("left", "Left", is_number=True),
)
_KINDS: Final = {
    "users": "People and open invitations",
    "campaigns": "Campaigns",
    "storage_bytes": "Storage",
}


class PlanView(SettingsPage):
    """The plan and its use."""

    access: ClassVar = {"GET": "org:view"}
    heading = "Plan and use"
    tab = "auth:plan"

    def get(self, request: PageRequest) -> HttpResponse:
        """Show each limit."""
        measured = queries.measure_quotas(now=self.now)
        table = Table(
            id="quotas",
            caption="Use",
            columns=_COLUMNS,
            rows=tuple(
                (
                    Cell(_KINDS.get(quota.kind, quota.kind.replace("_", " ").capitalize())),
                    *(
                        Cell(amount, text=_say(quota.kind, amount))
                        for amount in (quota.used, quota.limit, max(quota.limit - quota.used, 0))
                    ),
                )
                for quota in measured.quotas
            ),
        )
        text = "Your operator changes the plan. What reaches a limit is refused and named."
        plan = Section(title=f"Plan: {measured.plan.capitalize()}", text=text)
        return self.show_parts(plan, table)


def _say(kind: str, amount: int) -> str:
    return f"{amount / _GIGABYTE:.1f} GB" if kind == "storage_bytes" else str(amount)
