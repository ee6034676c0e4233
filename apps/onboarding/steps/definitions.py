"""The eight steps, in order."""

from __future__ import annotations

from typing import Final

import msgspec

from apps.onboarding.exceptions import StepUnknownError

#: A wizard keeps the version that it was started with.
DEFINITION_VERSION: Final = 1


class Step(msgspec.Struct, frozen=True):
    """A step: its minutes, whether it is required, its achievement and points."""

    name: str
    minutes: int
    is_required: bool
    achievement: str
    points: int


STEPS: Final = (
    Step("welcome", minutes=1, is_required=True, achievement="first_steps", points=10),
    Step("role_selection", minutes=1, is_required=True, achievement="role_master", points=15),
    Step("company_info", minutes=2, is_required=True, achievement="company_builder", points=20),
    Step(
        "platform_connection",
        minutes=3,
        is_required=True,
        achievement="platform_connector",
        points=25,
    ),
    Step("brand_setup", minutes=2, is_required=False, achievement="brand_artist", points=20),
    Step(
        "first_campaign",
        minutes=3,
        is_required=False,
        achievement="campaign_creator",
        points=30,
    ),
    Step("success_demo", minutes=2, is_required=True, achievement="magic_witness", points=25),
    Step("completion", minutes=1, is_required=True, achievement="omnify_master", points=50),
)
ROLES: Final = (
    "ceo",
    "cmo",
    "marketing_manager",
    "marketing_specialist",
    "agency_owner",
    "freelancer",
)


def get_step(name: str) -> Step:
    """Return a step by its name.

    Raises:
        StepUnknownError: the wizard has no step of this name.
    """
    for step in STEPS:
        if step.name == name:
            return step
    raise StepUnknownError(step=name[:64])
