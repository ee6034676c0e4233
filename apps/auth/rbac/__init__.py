"""Permissions and the system roles that bundle them."""

from apps.auth.rbac.roles import OWNER, PERMISSIONS, SYSTEM_ROLES, permissions_of

__all__ = ["OWNER", "PERMISSIONS", "SYSTEM_ROLES", "permissions_of"]
