"""docs/security.md names every check once, and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "tests" / "apps" / "auth" / "checks"
CHECK_COUNT = 31


def rows(text):
    """The number and the tests of each line of the table."""
    return re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", text, re.MULTILINE)


def find_missing(text):
    """Tests that the page names and that are not there."""
    for _, named in rows(text):
        for part in named.split("; "):
            file, _, classes = part.partition(" ")
            if file.startswith("`"):
                continue
            source = ROOT / "tests" / file if "/" in file else CHECKS / file
            if not source.exists():
                source = CHECKS.parent / file
            held = source.read_text() if source.exists() else ""
            if not held:
                yield file
            yield from (name for name in classes.split(", ") if f"class {name}" not in held)


class TestSecurityPage:
    def test_lists_every_check_once(self):
        found = [int(number) for number, _ in rows((ROOT / "docs" / "security.md").read_text())]

        assert found == list(range(1, CHECK_COUNT + 1))

    def test_names_tests_that_are_there(self):
        assert list(find_missing((ROOT / "docs" / "security.md").read_text())) == []

    def test_names_every_class_of_a_check(self):
        page = (ROOT / "docs" / "security.md").read_text()

        for source in CHECKS.glob("test_*.py"):
            for name in re.findall(r"^class (TestCheck\w+)", source.read_text(), re.MULTILINE):
                assert name in page, (source.name, name)


class TestFindMissing:
    @pytest.mark.parametrize(
        "line",
        [
            "| 1 | x | test_sessions.py TestNothing |",
            "| 1 | x | test_nothing.py TestCheck02Logout |",
        ],
    )
    def test_sees(self, line):
        assert list(find_missing(line))
