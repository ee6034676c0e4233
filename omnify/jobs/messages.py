"""What a job is asked to do, and what can be said about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from omnify.exceptions import ConflictError, NotFoundError
from omnify.services.messages import Message


class JobInput(Message):
    """What a job is asked to do; declared beside the operations that ask for it.

    Attributes:
        kind: ``<service>.<verb>``, the name of the job.
    """

    kind: ClassVar[str]

    @classmethod
    def owning_service(cls) -> str:
        """The service whose job it is."""
        return cls.kind.partition(".")[0]


class JobNotFoundError(NotFoundError):
    """There is no such job, or it is another organization's."""

    code = "job_not_found"
    message = "There is no job '{job_id}'."


class JobStateError(ConflictError):
    """What was asked does not fit where the job stands."""

    code = "job_state"
    message = "The job '{job_id}' is {state}: {rule}"


class JobReport(msgspec.Struct, frozen=True):
    """Where a job stands: ``queued``, ``running``, ``succeeded``, ``failed`` or ``cancelled``.

    ``total`` is zero while it is not known how much there is to do; ``result`` is what it gave, as
    JSON has it.
    """

    id: UUID
    kind: str
    state: str
    done: int
    total: int
    note: str
    error: str
    result: Any
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.state not in ("queued", "running")

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100."""
        return 100 * self.done // self.total if self.total else 0
