"""Each planted bug has a trap, which ``make layouts`` sets; it shuts on what is about the bug."""

import pytest

from tests.layouts import selfproof
from tests.layouts.plants import PLANTS
from tests.layouts.selfproof import TRAPS, UNOWNED, Trap

COMMAND = "repeat with: python -m tests.layouts --plant"


class TestTraps:
    def test_are_there_for_every_bug(self):
        assert set(TRAPS) == {*PLANTS, UNOWNED}

    @pytest.mark.parametrize(
        ("said", "is_caught"),
        [
            ([f"the status is 500\n{COMMAND}"], True),
            ([f"something else differs\n{COMMAND}"], False),
            (["the status is 500, and nobody knows where"], False),
            ([], False),
        ],
    )
    def test_shut_on_what_is_about_the_bug(self, said, is_caught):
        assert selfproof.is_about(Trap("status"), said) is is_caught
