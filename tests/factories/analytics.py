"""Saved views."""

import itertools
from uuid import uuid4

from apps.analytics.models import SavedView

#: A query of the smallest size, as the API takes and keeps it.
QUERY = {"measures": ["spend", "revenue"], "from": "2026-01-01", "to": "2026-01-31"}
_numbers = itertools.count(1)


def make_saved_view(organization_id, *, query=None, **fields):
    """A view that somebody of the organization saved."""
    defaults = {"name": f"view {next(_numbers)}", "created_by": uuid4()}
    complete = {"dimensions": [], "filters": {}, "grain": "day", "precision": "minor"}
    return SavedView.unscoped.create(
        organization_id=organization_id,
        query={**QUERY, **complete, **(query or {})},
        **{**defaults, **fields},
    )
