"""Each planted bug is caught, and what is said of it names the way to see it again."""

import pytest

from tests.layouts.selfproof import TRAPS, catch

#: Words that the first thing said about a bug has to have.
SAID = {
    "uncopied reference": "flags_decided",
    "swallowed error": "status",
    "swallowed outage": "not 503 service_unavailable",
    "missing outbox row": "events[",
    "unowned service": "not_hosted_here",
    "retry of a non-idempotent call": "entries",
    "lost organization": "organization",
    "lost deadline": "'lost'",
    "lost trace": "calls",
    "lost error class": "internal_error",
    "call in an open transaction": "internal_error",
    "a call for each row": "auth.get_organization",
}


@pytest.mark.parametrize("bug", TRAPS)
class TestPlantedBug:
    def test_is_caught(self, bug, workshop, oracle):
        said = catch(workshop, bug, oracle)

        assert said
        assert SAID[bug] in "\n".join(said), said
        assert all("repeat with: python -m tests.layouts --" in text for text in said)
