"""Management of the contracts."""
