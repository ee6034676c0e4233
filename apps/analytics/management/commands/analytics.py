"""Fill and check analytics' store, for operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.analytics.attribution.operations import TOUCHPOINTS
from apps.analytics.customers.operations import ORDERS
from apps.analytics.store.operations import take_in_part
from apps.analytics.store.queries.slices import Slice, iter_organizations, list_source_ids
from apps.analytics.store.queries.verifying import find_differences
from omnify.context import Context, use

#: So many differences are named.
MOST_NAMED: Final = 50


class Command(BaseCommand):
    """Backfill or verify."""

    help = (
        "backfill: take in all that integrations has, once after an update from a version without"
        " a store. verify: name each day, fact and number of orders or touchpoints that"
        " the store has otherwise than integrations, and each day whose sums are not those of its"
        " facts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do, for whom."""
        parser.add_argument("action", choices=["backfill", "verify"])
        parser.add_argument("--organization", type=UUID, help="Of this organization alone.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it source by source, and say how far it is."""
        one = options["organization"]
        organizations = [one] if one else list(iter_organizations())
        act = self._backfill if options["action"] == "backfill" else self._verify
        found = 0
        for number, organization_id in enumerate(organizations, 1):
            with use(Context(organization_id=organization_id)):
                sources = sorted(list_source_ids())
                found += sum(map(act, sources))
            count = f"{number} of {len(organizations)}"
            self.stdout.write(f"{count}: organization {organization_id}, {len(sources)} sources")
        if found and options["action"] == "verify":
            raise CommandError(f"{found} differences; backfill takes in what integrations has")

    def _backfill(self, source_id: UUID) -> int:
        kinds = (take_in_part, ORDERS.take_in_part, TOUCHPOINTS.take_in_part)
        parts = sum(1 for take in kinds for _ in _iter_parts(take, source_id))
        self.stdout.write(f"source {source_id}: {parts} parts")
        return parts

    def _verify(self, source_id: UUID) -> int:
        found = 0
        differences = chain(
            find_differences(source_id),
            ORDERS.find_differences(source_id),
            TOUCHPOINTS.find_differences(source_id),
        )
        for found, difference in enumerate(differences, 1):
            if found <= MOST_NAMED:
                self.stdout.write(str(difference))
        self.stdout.write(f"source {source_id}: {found} differences")
        return found


def _iter_parts(take: Callable[[Slice], date | None], source_id: UUID) -> Iterator[date]:
    """Take in a whole source, and yield where each part after the first begins."""
    wanted = Slice(source_id, date.min, date.max)
    while True:
        after = take(wanted)
        yield after or date.max
        if after is None:
            return
        wanted = Slice(source_id, after, date.max)
