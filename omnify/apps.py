"""Configure the app of the floor itself."""

import gc

from django.apps import AppConfig
from django.core import checks


class OmnifyConfig(AppConfig):
    """Registers the start-up check; holds no tables."""

    name = "omnify"
    label = "omnify"

    def ready(self) -> None:
        """Let every management command refuse an invalid set-up, and garbage be collected."""
        from omnify.startup import check_startup

        checks.register(check_startup)
        gc.freeze()
        gc.enable()
