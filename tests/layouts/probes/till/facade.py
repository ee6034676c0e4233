"""The till's contract: asks the ledger first, then writes."""

from apps.ledger.contract import Ledger
from apps.ledger.facade import count
from apps.till.contract import Till

from omnify.idempotency import once
from omnify.services import client_of


class TillFacade(Till):
    """Sells."""

    def sell(self, name: str) -> tuple[int, int]:
        """Sell one, once per key."""
        entries = client_of(Ledger).add_entry(name)
        with once("till", "sell", name, int) as slot:
            if slot.answer is None:
                slot.keep(count("till", name))
            return slot.given(), entries
