"""Provide a database to a benchmark in this process, with real costs of passwords."""

import contextlib
from collections.abc import Iterator

import django

django.setup()

from django.conf import settings
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

from settings import monolith


@contextlib.contextmanager
def test_database() -> Iterator[None]:
    """Make the database before the block and delete it afterwards."""
    setup_test_environment()
    settings.PASSWORD_HASHERS = monolith.PASSWORD_HASHERS
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
        teardown_test_environment()
