"""The workshop of a test process, and the monolith's transcript."""

import pytest

from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
from tests.layouts.plans import MONOLITH, Plan
from tests.layouts.visitor import Visitor
from tests.layouts.workshop import Workshop, make_key


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    with Workshop(tmp_path_factory.mktemp("layouts"), make_key()) as made:
        yield made


@pytest.fixture(scope="session")
def walked(workshop):
    """The journey through the monolith: its transcript, and the answers as they came."""
    with run_fleet(workshop, Plan(MONOLITH)) as fleet:
        visitor = Visitor(fleet)
        walk(visitor)
        return visitor.finish(), visitor.answers


@pytest.fixture(scope="session")
def oracle(walked):
    """What every layout has to equal."""
    return walked[0]
