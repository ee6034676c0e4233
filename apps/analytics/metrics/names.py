"""Which channels count, by their names."""

from __future__ import annotations

import msgspec

from omnify.names import fold


class Names(msgspec.Struct, frozen=True):
    """Names that count, in any case: those of ``only``, without those of ``but``.

    With ``containing`` they hold that text. What has no name counts if every name does.
    """

    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    containing: str = ""

    @property
    def are_all(self) -> bool:
        """Return whether every name counts."""
        return not (self.only or self.but or self.containing)

    def choose(self, names: list[str]) -> list[str]:
        """Return the names that count; the empty one is none."""
        only, but, part = set(map(fold, self.only)), set(map(fold, self.but)), fold(self.containing)
        folded = ((name, fold(name)) for name in names if name)
        return [
            name
            for name, key in folded
            if (not only or key in only) and key not in but and part in key
        ]


ALL = Names()
