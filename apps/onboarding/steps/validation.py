"""The rules for the data of each step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from apps.onboarding.steps.definitions import ROLES

Problem = tuple[str, str]

INDUSTRIES: Final = (
    "ecommerce",
    "saas",
    "agency",
    "retail",
    "finance",
    "healthcare",
    "education",
    "travel",
    "food",
    "media",
    "real_estate",
    "nonprofit",
    "other",
)
COMPANY_SIZES: Final = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1000+")
CAMPAIGN_TYPES: Final = ("awareness", "conversion", "engagement")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST_NAME = 200
_LONGEST_TEXT = 2000
_MOST_COLOURS = 20


def find_step_problems(step: str, data: dict[str, Any]) -> list[Problem]:
    """Return the problems of a step's data: field and sentence each."""
    check = _CHECKS.get(step)
    return list(check(data)) if check else []


def _role(data: dict[str, Any]) -> Iterator[Problem]:
    yield from _one_of(data, "role", ROLES)


def _company(data: dict[str, Any]) -> Iterator[Problem]:
    name = data.get("company_name")
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        yield "company_name", f"Give the company's name, at most {_LONGEST_NAME} characters."
    yield from _one_of(data, "industry", INDUSTRIES)
    yield from _one_of(data, "company_size", COMPANY_SIZES)


def _brand(data: dict[str, Any]) -> Iterator[Problem]:
    colours, voice = data.get("brand_colors", []), data.get("brand_voice", "")
    if not isinstance(colours, list) or not all(
        isinstance(colour, str) and _COLOUR.fullmatch(colour) for colour in colours[:_MOST_COLOURS]
    ):
        yield "brand_colors", "Give colours as a list such as ['#0b7285']."
    elif len(colours) > _MOST_COLOURS:
        yield "brand_colors", f"Give at most {_MOST_COLOURS} colours, not {len(colours)}."
    if not isinstance(voice, str) or len(voice) > _LONGEST_TEXT:
        yield "brand_voice", f"Describe the voice in at most {_LONGEST_TEXT} characters."
    if not colours and not voice:
        yield "brand_colors", "Give at least one colour, or describe the brand's voice."


def _campaign(data: dict[str, Any]) -> Iterator[Problem]:
    yield from _one_of(data, "campaign_type", CAMPAIGN_TYPES)


def _one_of(data: dict[str, Any], field: str, known: tuple[str, ...]) -> Iterator[Problem]:
    if data.get(field) not in known:
        yield field, f"Choose one of {', '.join(known)}."


_CHECKS: Final[dict[str, Callable[[dict[str, Any]], Iterator[Problem]]]] = {
    "role_selection": _role,
    "company_info": _company,
    "brand_setup": _brand,
    "first_campaign": _campaign,
}
