"""What the till is asked: to sell, which writes an entry in the ledger."""

from omnify.services import Contract, Manifest, method

MANIFEST = Manifest(
    name="till", summary="A probe.", port=8999, prefixes=("/api/till",), needs=("ledger",)
)


class Till(Contract):
    """Counts sales by name."""

    service = "till"

    @method(idempotent=False, timeout_seconds=5.0)
    def sell(self, name: str) -> tuple[int, int]:
        """Sell one; returns how many were sold and how many entries the ledger has."""
        raise NotImplementedError
