"""A browser for the shell's parts."""

from tests.browsers import browser, chromium  # noqa: F401 - fixtures
