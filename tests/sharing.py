"""Which tests run in one process, one after the other, since they share what is slow to start."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The beginnings of their names. Every other test goes to whichever process is free.
GROUPS = {
    "a monolith and a browser": (
        "tests/journeys/test_account_pages.py",
        "tests/journeys/test_import_page.py",
        "tests/journeys/test_overview_pages.py",
        "tests/journeys/test_pages.py",
        "tests/journeys/test_steps.py",
    ),
    "fleets": ("tests/journeys/",),
    "a fork server and a transcript": ("tests/layouts/",),
    "a browser": ("tests/omnify/pages/test_shell.py",),
    "the report of all slices": ("tests/architecture/test_slices.py::",),
    "a tree with planted imports": ("tests/architecture/test_boundaries.py",),
    "a server of auth": ("tests/deploy/test_client_addresses.py",),
}


class Sharing(LoadScopeScheduling):
    """Hands out the groups, which take longest, then one test after the other."""

    def _split_scope(self, nodeid):
        for group, beginnings in GROUPS.items():
            if nodeid.startswith(beginnings):
                return group
        return nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One process more than there are processors: many tests wait for others' processes."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let tests share; without xdist there is one process anyway."""
    return Sharing(config, log)
