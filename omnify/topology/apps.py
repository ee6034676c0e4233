"""Configure the app that brings the ``topology`` and ``serve`` commands."""

import os
import sys

from django.apps import AppConfig


class TopologyConfig(AppConfig):
    """Holds no tables."""

    name = "omnify.topology"
    label = "omnify_topology"

    def ready(self) -> None:
        """Have jobs run beside Django's development server too."""
        if "runserver" in sys.argv and os.environ.get("RUN_MAIN") == "true":
            from omnify.topology.embedded import embeds_worker, start_beside_runserver

            if embeds_worker():
                self.worker = start_beside_runserver()
