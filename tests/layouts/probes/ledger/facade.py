"""The ledger's contract; entries are counted in a row of the flag table."""

from apps.ledger.contract import Ledger

from omnify.flags.models import Flag
from omnify.idempotency import once


class LedgerFacade(Ledger):
    """Counts."""

    def add_entry(self, name: str) -> int:
        """Write an entry, once per key."""
        with once("ledger", "add_entry", name, int) as slot:
            if slot.answer is None:
                slot.keep(count("ledger", name))
            return slot.given()


def count(kind: str, name: str) -> int:
    """Add one to a counter of the shared database."""
    row, _ = Flag.objects.using("default").get_or_create(name=f"{kind}.{name}")
    row.percent += 1
    row.save()
    return row.percent
