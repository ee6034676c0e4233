"""Real fleets for tests."""

import contextlib
import os

import pytest

from tests.journeys.fleets import new_database, running_fleet


@pytest.fixture
def databases(tmp_path):
    """Make databases by name; they go when the fleets have stopped."""
    server = os.environ.get("OMNIFY_TEST_DATABASE_URL")
    with contextlib.ExitStack() as stack:
        yield lambda name: stack.enter_context(new_database(tmp_path, name, server))


@pytest.fixture
def run_fleet(tmp_path, databases):
    """Run a fleet of slices on free ports; returns service to address."""
    with contextlib.ExitStack() as stack:

        def start(slices, **environ):
            if "DATABASE_URL" not in environ:
                environ["DATABASE_URL"] = databases("fleet")
            return stack.enter_context(running_fleet(tmp_path, slices, **environ))

        yield start
