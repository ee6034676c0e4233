"""The input of a job, and the report of where it stands."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from msgspec import Meta

from omnify.exceptions import ConflictError, NotFoundError
from omnify.services.messages import AwareDatetime, Message


class JobInput(Message):
    """What a job is to do; declared beside the operations that request it.

    A text whose name begins with ``sealed`` is encrypted, for the job's ``kind``.

    Attributes:
        kind: ``<service>.<verb>``, the name of the job.
    """

    kind: ClassVar[str]

    @classmethod
    def owning_service(cls) -> str:
        """Return the service whose job it is."""
        return cls.kind.partition(".")[0]


class JobNotFoundError(NotFoundError):
    """There is no such job, or it is another organization's."""

    code = "job_not_found"
    message = "There is no job '{job_id}'."


class JobStateError(ConflictError):
    """The job is in a state in which this cannot be done."""

    code = "job_state"
    message = "The job '{job_id}' is {state}: {rule}"


class JobReport(Message):
    """Where a job stands, and its result."""

    id: UUID
    kind: Annotated[str, Meta(examples=["ml.refresh_forecasts"])]
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    done: int
    total: Annotated[int, Meta(description="Zero while it is not known.")]
    note: Annotated[str, Meta(examples=["reading"])]
    error: Annotated[str, Meta(description="Why it failed, empty otherwise.", examples=[""])]
    result: Annotated[
        Any,
        Meta(
            description="What it gave, as JSON, or the code and details of what it was refused for;"
            " null before its end."
        ),
    ]
    created_at: AwareDatetime
    finished_at: AwareDatetime | None

    @property
    def is_over(self) -> bool:
        """Tell whether the job has ended."""
        return self.state not in ("queued", "running")

    @property
    def percent(self) -> int:
        """Return how far the job is, from 0 to 100."""
        return 100 * self.done // self.total if self.total else 0
