"""Saved views, as the API has them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from apps.analytics.querying.messages import QueryInput
from omnify.api.fields import one_line
from omnify.services.messages import AwareDatetime, Message


class SavedViewInput(Message):
    """A query to save under a name."""

    name: Annotated[str, one_line(100, "Spend by channel")]
    query: QueryInput


class SavedView(SavedViewInput):
    """A query saved under a name."""

    id: UUID
    created_by: UUID
    created_at: AwareDatetime
