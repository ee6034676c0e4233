"""Jobs over HTTP: each service mounts these views under its own prefix."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omnify.api.fields import TextField
from omnify.api.views import answer
from omnify.jobs.operations import cancel_job
from omnify.jobs.queries import get_job


class JobSerializer(serializers.Serializer[Any]):
    """Where a job stands."""

    id = serializers.UUIDField()
    kind = TextField()
    state = serializers.ChoiceField(["queued", "running", "succeeded", "failed", "cancelled"])
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="Zero while it is not known.")
    note = TextField()
    error = TextField(help_text="Why it failed, empty otherwise.")
    result = serializers.JSONField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class JobView:
    """Mixed into a ``ServiceView`` that names its service, and says who may see and cancel."""

    service: ClassVar[str]

    @extend_schema(summary="See how far a job is", responses=JobSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Its state, progress and result."""
        return answer(get_job(self.service, job_id))

    @extend_schema(summary="Cancel a job", request=None, responses={204: None})
    def delete(self, request: Request, job_id: UUID) -> Response:
        """Let nothing more of it happen."""
        job = get_job(self.service, job_id)
        cancel_job(self.service, job.id)
        return Response(status=204)
