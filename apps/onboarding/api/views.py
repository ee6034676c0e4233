"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding import operations
from apps.onboarding.api import serializers
from apps.onboarding.queries import get_state
from apps.onboarding.steps import ROLES, get_step
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN


class StatusView(ServiceView):
    """The wizard."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="The wizard's state", responses=serializers.StatusSerializer)
    def get(self, request: Request) -> Response:
        """All steps, and which is next."""
        return Response(serializers.status_body(get_state()))


class StartView(ServiceView):
    """Starts the wizard."""

    access: ClassVar = {"POST": "settings:edit"}

    @extend_schema(summary="Start the wizard", request=None, responses=serializers.StatusSerializer)
    def post(self, request: Request) -> Response:
        """The wizard; starting again changes nothing."""
        return Response(serializers.status_body(operations.start_wizard(now=timezone.now())))


class StepView(ServiceView):
    """One step."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="Get a step", responses=serializers.StepSerializer)
    def get(self, request: Request, step: str) -> Response:
        """The step and what was given."""
        wanted = get_step(step)
        found = next(state for state in get_state().steps if state.step == wanted)
        return Response(serializers.step_body(found))


class CompleteStepView(ServiceView):
    """Completes steps."""

    access: ClassVar = {"POST": "settings:edit"}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="Complete a step",
        request=serializers.StepDataSerializer,
        responses=serializers.StatusSerializer,
        examples=[
            OpenApiExample(
                "role_selection",
                request_only=True,
                value={"data": {"role": "cmo"}, "version": 1},
            )
        ],
    )
    def post(self, request: Request, step: str) -> Response:
        """The wizard after the step."""
        asked = self.parse(serializers.StepDataSerializer)
        state = operations.complete_step(step, **asked, now=timezone.now())
        return Response(serializers.status_body(state))


class SkipStepView(ServiceView):
    """Skips steps."""

    access: ClassVar = {"POST": "settings:edit"}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="Skip a step that is not required",
        request=serializers.StepDataSerializer,
        responses=serializers.StatusSerializer,
    )
    def post(self, request: Request, step: str) -> Response:
        """The wizard after the step."""
        asked = self.parse(serializers.StepDataSerializer)
        state = operations.skip_step(step, version=asked["version"], now=timezone.now())
        return Response(serializers.status_body(state))


class RoleListView(ServiceView):
    """The roles to choose from."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List roles", responses={200: {"type": "object"}})
    def get(self, request: Request) -> Response:
        """Their names."""
        return Response({"results": list(ROLES), "next": None})


class AchievementListView(ServiceView):
    """What the steps earned."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List achievements", responses={200: {"type": "object"}})
    def get(self, request: Request) -> Response:
        """Each with its points and whether it was earned."""
        rows = [
            {
                "name": state.step.achievement,
                "points": state.step.points,
                "is_earned": state.status == "completed",
            }
            for state in get_state().steps
        ]
        return Response({"results": rows, "next": None})
