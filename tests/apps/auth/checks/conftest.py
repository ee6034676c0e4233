"""What checks of several files need."""

from datetime import UTC, datetime

import pytest
import time_machine

from tests.factories.auth import make_member, make_organization


@pytest.fixture
def within_one_window():
    """Let no window of a limit end in the middle of a test."""
    with time_machine.travel(datetime.now(UTC).replace(minute=5, second=0)):
        yield


@pytest.fixture
def mails(registered, mailoutbox):
    """The mails after registration."""
    mailoutbox.clear()
    return mailoutbox


@pytest.fixture
def member(db):
    """An owner of an organization of their own."""
    return make_member(make_organization(), "owner")
