"""An organization's brands."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from omnify.api.fields import UNSET, UnsetType, WebAddress, one_line
from omnify.services.messages import AwareDatetime, Message

BrandName = Annotated[str, one_line(200, "Globex")]


class BrandInput(Message):
    """A brand to be."""

    name: BrandName
    website: WebAddress = ""
    is_archived: bool = False


class BrandChange(Message):
    """What to change of a brand."""

    name: BrandName | UnsetType = UNSET
    website: WebAddress | UnsetType = UNSET
    is_archived: bool | UnsetType = UNSET


class Brand(Message):
    """A brand."""

    id: UUID
    name: str
    website: str
    is_archived: bool
    created_at: AwareDatetime
