"""How many steps each task takes, by mouse, finger and keys: no more than the figures say."""

from typing import NamedTuple
from uuid import uuid4

import pytest

from tests.browsers import open_page
from tests.journeys.accounts import add_virtual_authenticator
from tests.journeys.fleets import ROOT
from tests.journeys.hands import Finger, Keys, Mouse
from tests.journeys.tasks import TASKS
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")
FIGURES = ROOT / "docs" / "figures.md"
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}


class Way(NamedTuple):
    """How tasks are done: on what, and with which hands."""

    device: dict
    hands: type


#: Each way by the head of its column.
WAYS = {
    "Mouse, 1440 px": Way(DESK, Mouse),
    "Keyboard, 1440 px": Way(DESK, Keys),
    "Touch, 375 px": Way(PHONE, Finger),
    "Keyboard, 375 px": Way(PHONE, Keys),
}


class Person:
    """Somebody who does the tasks."""

    def __init__(self, url, device):
        self.url, self.device = url, device
        self.email = f"{uuid4().hex[:12]}@steps.example"
        self.problems = []


def told(way):
    """The steps of each task that the figures tell."""
    lines = FIGURES.read_text("utf-8").partition("## Steps of a task")[2].splitlines()
    head, _, *rows = [split(line) for line in lines if line.startswith("|")]
    return {row[0]: int(row[head.index(way)]) for row in rows}


def split(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(
    "way",
    [
        "Mouse, 1440 px",
        "Keyboard, 375 px",
        pytest.param("Keyboard, 1440 px", marks=pytest.mark.proof),
        pytest.param("Touch, 375 px", marks=pytest.mark.proof),
    ],
)
def test_tasks_take_as_many_steps_as_the_figures_tell(browser, monolith, way):
    device, hands = WAYS[way]
    page = open_page(browser, **device)
    add_virtual_authenticator(page)
    person, steps = Person(monolith, device), {}

    for name, task in TASKS.items():
        page.goto(f"{monolith}/")
        hand = hands(page)
        task(hand, person)
        steps[name] = hand.steps

    assert steps == told(way)
    assert page.problems + person.problems == []
