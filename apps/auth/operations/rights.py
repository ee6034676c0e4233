"""Making old rights void: tokens and keys of a membership's former version are refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.auth.models import Membership
from omnify.db import atomic
from omnify.events import publish
from omnify.identity.contract import PrincipalChanged


def void_rights(memberships: Iterable[Membership], *, now: datetime) -> None:
    """Let tokens made before now be refused everywhere within a second; they can be refreshed."""
    rows = list(memberships)
    with atomic("auth"):
        for row in rows:
            row.version = next_version(row, now)
            Membership.objects.filter(id=row.id).update(version=row.version)
        announce_rights(rows)


def announce_rights(rows: list[Membership]) -> None:
    """Publish the present versions of memberships, also of some that are about to go."""
    if rows:
        publish(
            *(
                PrincipalChanged(
                    user_id=row.user_id,
                    organization_id=row.organization_id,
                    rights_version=row.version,
                )
                for row in rows
            )
        )


def next_version(row: Membership, now: datetime) -> int:
    """Above the present one, and above that of an earlier membership of the same user."""
    return max(row.version + 1, first_version(now))


def first_version(now: datetime) -> int:
    """Microseconds since 1970: a membership that is made again continues the count."""
    return int(now.timestamp() * 1_000_000)


def void_rights_of_role(*, organization_id: UUID, role: str, now: datetime) -> None:
    """The same for everybody who has a role."""
    holders = Membership.objects.filter(organization_id=organization_id, role=role)
    void_rights(holders, now=now)
