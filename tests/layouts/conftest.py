"""The workshop of a test process, and the monolith's transcript."""

import pytest

from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
from tests.layouts.plans import MONOLITH, Plan
from tests.layouts.visitor import record
from tests.layouts.workshop import Workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    with Workshop(tmp_path_factory.mktemp("layouts")) as made:
        yield made


@pytest.fixture(scope="session")
def oracle(workshop):
    """What every layout has to equal."""
    with run_fleet(workshop, Plan(MONOLITH)) as fleet:
        return record(fleet, walk)
