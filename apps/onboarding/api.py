"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import ClassVar

from apps.onboarding import operations
from apps.onboarding.messages import Achievement, StepInput, StepState, WizardRoleList, WizardState
from apps.onboarding.queries import get_state, get_step_state, list_achievements
from apps.onboarding.steps import ROLES
from omnify.api.pagination import Results
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN


class StatusView(ServiceView):
    @route(SIGNED_IN, summary="Get the wizard's state")
    def get(self) -> WizardState:
        return get_state()


class StartView(ServiceView):
    @route(
        "settings:edit",
        summary="Start the wizard",
        description="Starting it again changes nothing.",
    )
    def post(self) -> WizardState:
        return operations.start_wizard(now=self.now)


class StepView(ServiceView):
    @route(SIGNED_IN, summary="Get a step and its data")
    def get(self, step: str) -> StepState:
        return get_step_state(step)


class CompleteStepView(ServiceView):
    keeps_answers: ClassVar = False

    @route("settings:edit", summary="Complete a step", calls=4)
    def post(self, step_input: StepInput, step: str) -> WizardState:
        return operations.complete_step(step, step_input, now=self.now)


class SkipStepView(ServiceView):
    keeps_answers: ClassVar = False

    @route("settings:edit", summary="Skip a step that is not required")
    def post(self, step_input: StepInput, step: str) -> WizardState:
        return operations.skip_step(step, version=step_input.version, now=self.now)


class RoleListView(ServiceView):
    @route(SIGNED_IN, summary="List the roles to choose from")
    def get(self) -> WizardRoleList:
        return WizardRoleList(results=ROLES)


class AchievementListView(ServiceView):
    @route(SIGNED_IN, summary="List achievements")
    def get(self) -> Results[Achievement]:
        return Results(results=list_achievements())
