"""The base of all parts."""

from __future__ import annotations

import re
from typing import dataclass_transform

import msgspec

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a page shows: ``{% part table %}`` renders it by the template of its name."""

    @property
    def template(self) -> str:
        """Return the name of the template, which knows the part as ``part``."""
        name = _CAPITAL.sub("_", type(self).__name__).lower()
        return f"omnify/pages/parts/{name}.html"


class Link(msgspec.Struct, frozen=True):
    """A way to another page."""

    url: str
    label: str
