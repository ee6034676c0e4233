"""Keeping what platforms answered, for those who look into a fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from apps.integrations.calling.models import RawAnswer
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.redaction import redact
from omnify.jobs import JobInput

KEPT: Final = timedelta(days=30)
#: Characters of a body that are kept.
LONGEST: Final = 16_000


class TidyAnswers(JobInput):
    """Delete what platforms answered long ago."""

    kind = "integrations.tidy_answers"


def keep_answer(
    connection: Connection, run_id: UUID | None, *, asked: tuple[str, str], answer: Answer
) -> None:
    """Keep an answer to a method and address, without its secrets and persons' details."""
    method, url = asked
    text = msgspec.json.encode(redact(answer.body)).decode()
    RawAnswer.objects.create(
        connection=connection,
        run_id=run_id,
        method=method,
        path=urlsplit(url).path[:300],
        status=answer.status,
        body=text[:LONGEST],
        is_cut=len(text) > LONGEST,
    )


def forget_answers(now: datetime) -> int:
    """Delete old answers of all organizations; return how many."""
    deleted, _ = RawAnswer.unscoped.filter(at__lt=now - KEPT).delete()
    return deleted
