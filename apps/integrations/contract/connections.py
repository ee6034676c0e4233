"""What integrations tells other services of connections: what they bring, and how fresh it is."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from omnify.services.messages import AwareDatetime, Message


class CompleteLevel(Message):
    """The level at which a connection's totals of a measure are complete, and may be summed."""

    measure: str
    level: str


class OrderSource(Message):
    """How a connection's orders stand among those of its brand, and since when they are whole.

    Attributes:
        rank: of those of a brand only the orders of the first rank count; the lowest is the first.
        first_date: since when they are whole; None while they are not.
        last_date: up to when; None where new ones keep coming.
        began_on: the first day of which there may be any, where the platform says so.
        whole_to: up to when they are whole so far, whether or not new ones keep coming.
    """

    rank: int
    first_date: date | None = None
    last_date: date | None = None
    began_on: date | None = None
    whole_to: date | None = None


class Connection(Message):
    """Where metrics come from: a platform's account, or the files of one source.

    ``orders`` is None of what brings no orders; ``brand_id`` is None of the organization's own.
    ``changed_at`` is when its metrics changed last; ``orders_changed_at`` and
    ``touchpoints_changed_at`` are None where it never had any.
    """

    id: UUID
    kind: str
    name: str
    complete_levels: tuple[CompleteLevel, ...]
    brand_id: UUID | None = None
    orders: OrderSource | None = None
    changed_at: AwareDatetime | None = None
    orders_changed_at: AwareDatetime | None = None
    touchpoints_changed_at: AwareDatetime | None = None


class ImportedFile(Message):
    """A file that counts: the days that it has, when it came, and the path of its page."""

    connection_id: UUID
    file_name: str
    first_date: date | None
    last_date: date | None
    imported_at: AwareDatetime
    path: str


class MetricsSpan(Message):
    """The first and last day with metrics; both None when there are none."""

    first_date: date | None
    last_date: date | None


class ConnectionFreshness(Message):
    """How fresh a connection is: one word, one sentence, and the days that are whole.

    ``history_from`` is since when its orders are whole; None where it has none, or not yet.
    """

    connection_id: UUID
    state: str
    sentence: str
    whole_to: date | None
    next_sync_at: AwareDatetime | None
    history_from: date | None = None


class ProbeResult(Message):
    """What a connection's platform says to the question whose account it is.

    Attributes:
        answers: whether it told; else ``code``, ``message`` and its ``request_id`` say why not.
    """

    answers: bool
    account_id: str = ""
    account_name: str = ""
    code: str = ""
    message: str = ""
    request_id: str = ""
