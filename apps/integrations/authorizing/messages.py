"""What the jobs of consent take."""

from __future__ import annotations

from uuid import UUID

from omnify.jobs import JobInput


class TellOwner(JobInput):
    """Tell who connected a platform that it wants their consent again."""

    kind = "integrations.tell_owner"

    connection_id: UUID
