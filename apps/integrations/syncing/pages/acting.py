"""What people do about a connection's syncs: one now, none for a while, and again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.connections.queries import get_connection
from apps.integrations.exceptions import SyncRunStateError
from apps.integrations.syncing.forms import ResyncForm
from apps.integrations.syncing.messages import SyncInput
from apps.integrations.syncing.operations.pausing import pause_connection, resume_connection
from apps.integrations.syncing.operations.starting import (
    cancel_run,
    foresee_sync,
    retry_run,
    start_sync,
)
from apps.integrations.syncing.pages.frame import BackToConnection
from omnify.names import isolate
from omnify.pages.days import say_days
from omnify.pages.forms import ActionPage, FormPage
from omnify.pages.numbers import count
from omnify.pages.parts import Link

_ASK = (
    "Days are read again as the platform has them now; what it no longer has stays as it is. What"
    " it costs is shown before anything is asked."
)
#: From so many days ago on, unless others are given.
_USUAL = timedelta(days=6)
_BUSY = "It is being read just now: ask again once that has ended, or cancel it first."
_NONE = "The platform keeps none of these days any more, or they have not begun."


class SyncView(BackToConnection):
    """A sync before its time."""

    access: ClassVar = {"POST": "integration:connect"}

    def run(self, connection_id: UUID) -> HttpResponse:
        """Begin it, unless one is under way."""
        start_sync(connection_id, SyncInput(), self.now)
        name = isolate(get_connection(connection_id).name)
        return self.go_back(f"{name} is being read. What is new comes within minutes.")


class PauseView(BackToConnection):
    """The beginning of a connection's pause."""

    access: ClassVar = {"POST": "integration:connect"}

    def run(self, connection_id: UUID) -> HttpResponse:
        """Read nothing more until it is resumed."""
        name = isolate(pause_connection(connection_id, self.now).name)
        return self.go_back(f"{name} is paused. What it brought stays.")


class ResumeView(BackToConnection):
    """The end of a connection's pause."""

    access: ClassVar = {"POST": "integration:connect"}

    def run(self, connection_id: UUID) -> HttpResponse:
        """Read it again."""
        name = isolate(resume_connection(connection_id, self.now).name)
        return self.go_back(f"{name} is read again. What is new comes within minutes.")


class ResyncView(BackToConnection, FormPage):
    """Days that are read again, once their cost was shown."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    form_class = ResyncForm
    button = "Show what it costs"
    problem_field = "from_date"
    stays = False
    #: What is said of the days that were given.
    cost = ""

    def find_initial(self, connection_id: UUID) -> dict[str, Any]:
        """Return the last days, of which numbers change most."""
        today = self.now.date()
        return {"from_date": today - _USUAL, "to_date": today}

    def run(self, given: dict[str, Any], connection_id: UUID) -> HttpResponse:
        """Say what it costs, or begin it where that was said of these days."""
        days = given["from_date"], given["to_date"]
        wanted = SyncInput(from_date=days[0], to_date=days[1])
        if given["told"] != _mark(*days):
            self._tell(connection_id, wanted, days)
            return self.show_form()
        run = start_sync(connection_id, wanted, self.now)
        if msgspec.convert(run.wanted, SyncInput) != wanted:
            self.form.add_error(None, _BUSY)
            return self.show_form(status=SyncRunStateError.status)
        name = isolate(run.connection.name)
        return self.go_back(f"{name} is read again, {say_days(*days)}.")

    def find_context(self) -> dict[str, Any]:
        """Return what it is about."""
        name = isolate(get_connection(self.kwargs["connection_id"]).name)
        heading = f"Read days of {name} again"
        return {**super().find_context(), "heading": heading, "text": self.cost or _ASK}

    def find_links(self) -> list[Link]:
        """Return the way back."""
        return [Link(self.back_path, "Leave it as it is")]

    def _tell(self, connection_id: UUID, wanted: SyncInput, days: tuple[date, date]) -> None:
        """Let the form say what it costs; sent again, it begins."""
        found = foresee_sync(connection_id, wanted, self.now)
        if found.from_date is None or found.to_date is None:
            self.cost = _NONE
            return
        requests = "1 request" if found.slices == 1 else f"{count(found.slices)} requests"
        self.cost = (
            f"{say_days(found.from_date, found.to_date)}: at least {requests} to the"
            " platform, which count towards its quota; more where an answer has several pages."
        )
        self.button = "Read them again"
        sent = self.request.POST.copy()
        sent["told"] = _mark(*days)
        self.form = self.make_form(sent)


class OfRun(ActionPage, is_base=True):
    """Something to do about a run."""

    access: ClassVar = {"POST": "integration:connect"}
    back = "integrations:sync-run"

    @property
    def back_path(self) -> str:
        """Return the page of the run."""
        return reverse(self.back, args=[self.kwargs["run_id"]])


class CancelRunView(OfRun):
    """The end of a run before its time."""

    access: ClassVar = {"POST": "integration:connect"}

    def run(self, run_id: UUID) -> HttpResponse:
        """Ask nothing more."""
        cancel_run(run_id)
        return self.go_back("The sync is cancelled. What it kept stays; the next one reads on.")


class RetryRunView(OfRun):
    """The repetition of a run."""

    access: ClassVar = {"POST": "integration:connect"}

    def run(self, run_id: UUID) -> HttpResponse:
        """Ask again what it could not get."""
        retry_run(run_id)
        return self.go_back("What is missing is asked again.")


def _mark(first: date, last: date) -> str:
    """Return days as the form remembers them."""
    return f"{first.isoformat()} {last.isoformat()}"
