"""Members of an organization."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.auth import contract
from omnify.api.fields import UNSET, UnsetType
from omnify.services.messages import AwareDatetime, Message

RoleId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=50,
        description="A system role, or a custom role's id.",
        examples=["manager"],
    ),
]


class Member(contract.Member, kw_only=True):
    """A user who belongs to the organization."""

    created_at: AwareDatetime


class MemberChange(Message):
    """A member's next role."""

    role: RoleId | UnsetType = UNSET


class Membership(Message):
    """An organization that a user belongs to."""

    organization_id: UUID
    name: str
    role: str
