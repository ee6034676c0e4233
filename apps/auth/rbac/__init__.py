"""Permissions and the system roles that bundle them."""

from apps.auth.rbac.roles import (
    OWNER,
    PERMISSIONS,
    RESOURCE_TYPES,
    SYSTEM_ROLES,
    permissions_of,
    refuse_more_than_own,
)

__all__ = [
    "OWNER",
    "PERMISSIONS",
    "RESOURCE_TYPES",
    "SYSTEM_ROLES",
    "permissions_of",
    "refuse_more_than_own",
]
