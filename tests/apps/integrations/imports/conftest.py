"""Fixtures of the tests of imports."""

import pytest

from tests.conftest import REGISTRATION

CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client
