"""What was not run is told with what brings it, and fails a run that promised everything."""

import subprocess
import sys

import pytest

from tests.journeys.fleets import ROOT
from tests.needs import PACKAGES, SERVERS, describe

TESTS = """
from tests.needs import needs, takes_long

@needs("nginx")
def test_one():
    pass

@needs("nginx")
def test_two():
    pass

@needs("OMNIFY_TEST_REDIS_URL")
def test_three():
    pass

@takes_long
def test_four():
    pass
"""


@pytest.fixture
def run_tests(tmp_path):
    """Run some tests where no program is installed; returns the code and what was printed."""
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(
        "import tests.needs\n"
        "tests.needs.find_program = lambda name: None\n"
        "from tests.needs import pytest_sessionfinish, pytest_terminal_summary\n"
    )

    without = ("-p", "no:django", "-p", "no:cacheprovider", "-o", "addopts=")

    def run(**environ):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *without, f"--rootdir={tmp_path}", tmp_path],
            env={"PYTHONPATH": str(ROOT), **environ},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return run


class TestNeeds:
    def test_tells_what_was_not_run_and_what_brings_it(self, run_tests):
        code, said = run_tests()

        assert code == 0
        assert "2 tests not run without nginx: apt-get install nginx" in said
        assert "1 test not run without OMNIFY_TEST_REDIS_URL: make test-services" in said

    def test_fails_where_every_program_has_to_be_there(self, run_tests):
        code, said = run_tests(CI="true")

        assert code == 1
        assert "1 passed, 3 skipped" in said

    def test_tells_what_is_left_to_the_whole_check(self, run_tests):
        _, said = run_tests(OMNIFY_TEST_QUICK="yes")

        assert "1 test not run for taking long: make check" in said

    def test_knows_a_way_out_of_every_lack(self):
        said = {describe(name, 1).rpartition(": ")[2] for name in (*PACKAGES, *SERVERS)}

        assert said == {f"apt-get install {name}" for name in PACKAGES.values()} | {
            "make test-services"
        }
