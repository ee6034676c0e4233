"""A database of the test settings for a benchmark inside this process, with real password costs."""

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
    """Made before the block and gone after it."""
    setup_test_environment()
    settings.PASSWORD_HASHERS = monolith.PASSWORD_HASHERS
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
        teardown_test_environment()
