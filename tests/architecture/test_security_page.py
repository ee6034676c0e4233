"""docs/security.md names every check once, and tests that are there and passed."""

import re

import pytest

from tests.architecture.security_page import CHECKS, PAGE, find_missing, rows


class TestSecurityPage:
    def test_lists_every_check_once(self):
        numbers = [number for number, _ in rows(PAGE.read_text())]

        assert numbers == list(range(1, len(numbers) + 1))

    def test_names_tests_that_are_there(self):
        assert list(find_missing(PAGE.read_text())) == []

    def test_says_of_each_that_it_passed(self):
        results = re.findall(r"^\| \d+ \|.+ \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)

        assert len(results) == len(rows(PAGE.read_text()))
        assert [found for found in results if not re.fullmatch(r"\d+ passed", found)] == []

    def test_names_every_class_of_a_check(self):
        page = PAGE.read_text()

        for source in CHECKS.glob("test_*.py"):
            for name in re.findall(r"^class (TestCheck\w+)", source.read_text(), re.MULTILINE):
                assert name in page, (source.name, name)


class TestFindMissing:
    @pytest.mark.parametrize(
        "line",
        [
            "| 1 | x | test_sessions.py TestNothing | 1 passed |",
            "| 1 | x | test_nothing.py TestCheck02Logout | 1 passed |",
        ],
    )
    def test_sees(self, line):
        assert list(find_missing(line))
