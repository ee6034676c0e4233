"""What the ledger is asked: to write an entry, which must not happen twice."""

from omnify.services import Contract, Manifest, method

MANIFEST = Manifest(name="ledger", summary="A probe.", port=8998, prefixes=("/api/ledger",))


class Ledger(Contract):
    """Counts entries by name."""

    service = "ledger"

    @method(idempotent=False, timeout_seconds=5.0)
    def add_entry(self, name: str) -> int:
        """Write an entry; returns how many there are of this name."""
        raise NotImplementedError
