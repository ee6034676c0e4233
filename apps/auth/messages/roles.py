"""Roles, the permissions that they bundle, and grants on single objects."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.auth.roles import PERMISSIONS, RESOURCE_TYPES
from omnify.api.fields import UNSET, UnsetType, one_line, one_of
from omnify.api.pagination import Results
from omnify.services.messages import AwareDatetime, Message

PermissionName = Annotated[str, one_of(PERMISSIONS)]
Permissions = Annotated[
    tuple[PermissionName, ...],
    Meta(max_length=len(PERMISSIONS), examples=[["analytics:view", "analytics:export"]]),
]


class RoleInput(Message):
    """A custom role to be."""

    name: Annotated[str, one_line(100, "Analyst")]
    permissions: Permissions
    description: Annotated[str, one_line(500, min_length=0)] = ""


class Role(Message):
    """A role and what it allows."""

    id: Annotated[str, Meta(description="Of a system role its name.", examples=["manager"])]
    name: str
    description: str
    is_system: bool
    permissions: tuple[str, ...]


class PermissionList(Results[str]):
    """All permissions, each as ``resource:action``."""


ResourceType = Annotated[str, one_of(RESOURCE_TYPES)]
ResourceId = Annotated[str, Meta(min_length=1, max_length=100)]


class GrantPlace(Message):
    """Whose grant on which object."""

    user_id: UUID
    resource_type: ResourceType
    resource_id: ResourceId


class GrantInput(GrantPlace):
    """Whom to give which permissions on what, and until when."""

    permissions: Annotated[
        tuple[PermissionName, ...], Meta(min_length=1, max_length=len(PERMISSIONS))
    ]
    expires_at: AwareDatetime | None = None


class Grant(GrantPlace):
    """Permissions of a user on one object."""

    id: UUID
    permissions: tuple[str, ...]
    expires_at: AwareDatetime | None
    created_at: AwareDatetime


class PermissionCheck(Message):
    """The question whether a user holds a permission."""

    permission: PermissionName
    user_id: Annotated[UUID, Meta(description="By default the caller.")] | UnsetType = UNSET
    resource_type: ResourceType | UnsetType = UNSET
    resource_id: ResourceId | UnsetType = UNSET


class PermissionAnswer(Message):
    """Whether the user holds the permission."""

    allowed: bool
