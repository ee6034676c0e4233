"""The site of the shell's tests."""

from pathlib import Path

import pytest

from tests.browsers import browser, chromium  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _templates(settings):
    own = {"DIRS": [Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [settings.TEMPLATES[0] | own]
