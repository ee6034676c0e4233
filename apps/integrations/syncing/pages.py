"""What people do about a connection's syncs: one now, none for a while, and again."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse

from apps.integrations.connections.queries import get_connection
from apps.integrations.syncing.messages import SyncInput
from apps.integrations.syncing.operations.pausing import pause_connection, resume_connection
from apps.integrations.syncing.operations.starting import start_sync
from omnify.names import isolate
from omnify.pages.forms import ActionPage


class SyncView(ActionPage):
    """A sync before its time."""

    access: ClassVar = {"POST": "integration:connect"}
    back = "integrations:connections"

    def run(self, connection_id: UUID) -> HttpResponse:
        """Begin it, unless one is under way."""
        start_sync(connection_id, SyncInput(), self.now)
        name = isolate(get_connection(connection_id).name)
        return self.go_back(f"{name} is being read. What is new comes within minutes.")


class PauseView(ActionPage):
    """The beginning of a connection's pause."""

    access: ClassVar = {"POST": "integration:connect"}
    back = "integrations:connections"

    def run(self, connection_id: UUID) -> HttpResponse:
        """Read nothing more until it is resumed."""
        name = isolate(pause_connection(connection_id, self.now).name)
        return self.go_back(f"{name} is paused. What it brought stays.")


class ResumeView(ActionPage):
    """The end of a connection's pause."""

    access: ClassVar = {"POST": "integration:connect"}
    back = "integrations:connections"

    def run(self, connection_id: UUID) -> HttpResponse:
        """Read it again."""
        name = isolate(resume_connection(connection_id, self.now).name)
        return self.go_back(f"{name} is read again. What is new comes within minutes.")
