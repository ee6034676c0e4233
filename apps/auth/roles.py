"""The 31 permissions and the five system roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from apps.auth.exceptions import MoreThanOwnError

_BY_RESOURCE = {
    "campaign": ("view", "create", "edit", "delete", "publish"),
    "creative": ("view", "create", "edit", "delete"),
    "analytics": ("view", "export", "admin"),
    "integration": ("view", "connect", "disconnect", "manage"),
    "user": ("view", "invite", "edit", "delete"),
    "org": ("view", "edit", "billing", "admin"),
    "agent": ("view", "create", "edit", "execute", "delete"),
    "settings": ("view", "edit"),
}
#: Every permission, as ``resource:action``.
PERMISSIONS: Final = tuple(
    f"{resource}:{action}" for resource, actions in _BY_RESOURCE.items() for action in actions
)
#: What permissions can be granted on, object by object.
RESOURCE_TYPES: Final = (
    *("campaign", "creative", "analytics", "integration"),
    *("user", "organization", "agent", "settings"),
)
OWNER: Final = "owner"
_NOT_FOR_ADMINS = frozenset({"user:delete", "org:billing", "org:admin", "agent:delete"})

#: The read-only roles that every organization has.
SYSTEM_ROLES: Final[dict[str, tuple[str, ...]]] = {
    OWNER: PERMISSIONS,
    "admin": tuple(name for name in PERMISSIONS if name not in _NOT_FOR_ADMINS),
    "manager": (
        "campaign:view",
        "campaign:create",
        "campaign:edit",
        "campaign:publish",
        "creative:view",
        "creative:create",
        "creative:edit",
        "analytics:view",
        "analytics:export",
        "integration:view",
        "user:view",
        "agent:view",
        "agent:execute",
        "settings:view",
    ),
    "member": (
        "campaign:view",
        "campaign:create",
        "creative:view",
        "creative:create",
        "analytics:view",
        "integration:view",
        "agent:view",
        "agent:execute",
    ),
    "viewer": (
        "campaign:view",
        "creative:view",
        "analytics:view",
        "integration:view",
        "agent:view",
    ),
}

#: What each permission lets people do, in their words.
SENTENCES: Final[dict[str, str]] = {
    "campaign:view": "See campaigns",
    "campaign:create": "Make campaigns",
    "campaign:edit": "Change campaigns",
    "campaign:delete": "Delete campaigns",
    "campaign:publish": "Publish campaigns and move money",
    "creative:view": "See creatives",
    "creative:create": "Make creatives",
    "creative:edit": "Change creatives",
    "creative:delete": "Delete creatives",
    "analytics:view": "See numbers and forecasts",
    "analytics:export": "Save numbers as files",
    "analytics:admin": "Manage views, models and shares of all",
    "integration:view": "See connections and imports",
    "integration:connect": "Import files and connect accounts",
    "integration:disconnect": "Disconnect accounts",
    "integration:manage": "Manage connections",
    "user:view": "See members and roles",
    "user:invite": "Invite people",
    "user:edit": "Change roles and end sessions of members",
    "user:delete": "Remove members",
    "org:view": "See brands and the plan",
    "org:edit": "Change the organization and its brands",
    "org:billing": "Manage billing",
    "org:admin": "Read the audit log",
    "agent:view": "See agents and what they found",
    "agent:create": "Make agents",
    "agent:edit": "Change agents",
    "agent:execute": "Run agents",
    "agent:delete": "Delete agents",
    "settings:view": "See settings",
    "settings:edit": "Change settings",
}
#: What the permissions of each resource are about.
RESOURCES: Final[dict[str, str]] = {
    "campaign": "Campaigns",
    "creative": "Creatives",
    "analytics": "Numbers",
    "integration": "Connections",
    "user": "People",
    "org": "Organization",
    "agent": "Agents",
    "settings": "Settings",
}


def refuse_more_than_own(wanted: Iterable[str], own: Iterable[str]) -> None:
    """Refuse permissions that the caller does not hold.

    Raises:
        MoreThanOwnError: names the ones beyond.
    """
    beyond = sorted(set(wanted) - set(own))
    if beyond:
        raise MoreThanOwnError(permissions=beyond)
