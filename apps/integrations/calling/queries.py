"""What platforms answered."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.integrations.calling.models import RawAnswer


def list_answers(run_id: UUID) -> QuerySet[RawAnswer]:
    """Return what was answered to a run of the organization, newest first, without the bodies."""
    return RawAnswer.objects.filter(run_id=run_id).defer("body")
