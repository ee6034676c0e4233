"""What a name is, and when two are one."""

import pytest

from omnify.names import clean_name, find_name_problem, fold


class TestFindNameProblem:
    @pytest.mark.parametrize(
        "name", ["Acme", "\u5c71\u7530", "\ud55c\uae00", "a\u200db", "\u2764\ufe0f", ""]
    )
    def test_has_none_with_a_name(self, name):
        assert find_name_problem(name) == ""

    @pytest.mark.parametrize(
        "name",
        [
            "\u200b",
            "\u2060\u00ad",
            "\u3164",
            "\u115f\u1160",
            "\uffa0",
            "\u2800\u2800",
            "\u0301",
            "\ue000",
        ],
    )
    def test_finds_that_nothing_is_seen(self, name):
        assert "nothing that can be seen" in find_name_problem(name)

    @pytest.mark.parametrize("mark", ["\n", "\r", "\t", "\x00", "\x7f", "\x85", "\u2028", "\ud800"])
    def test_finds_controls(self, mark):
        assert "line break or a control" in find_name_problem(f"a{mark}b")

    @pytest.mark.parametrize(
        "mark", ["\u200e", "\u200f", "\u061c", "\u202a", "\u202e", "\u2066", "\u2069"]
    )
    def test_finds_marks_that_turn_the_direction(self, mark):
        assert "direction" in find_name_problem(f"a{mark}b")


class TestFold:
    @pytest.mark.parametrize(
        "spelling", ["Caf\u00e9 Stra\u00dfe", "CAFE\u0301 STRASSE", " cafe\u0301 stra\u1e9ee "]
    )
    def test_is_alike_for_spellings_of_one_name(self, spelling):
        assert fold(spelling) == "caf\u00e9 strasse"

    def test_tells_names_apart(self):
        assert fold("Cafe") != fold("Caf\u00e9")

    @pytest.mark.parametrize("name", ["\u0390" * 64, "\ufb03" * 64, "\u00df" * 64])
    def test_is_at_most_three_times_as_long(self, name):
        assert len(fold(name)) <= 3 * len(clean_name(name))
