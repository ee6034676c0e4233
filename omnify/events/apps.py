"""Configure the app of the outbox and the inbox."""

import os
import sys

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """An outbox and an inbox in each service's database."""

    name = "omnify.events"
    label = "omnify_events"
    verbose_name = "Events"

    def ready(self) -> None:
        """Handle events in the process of Django's development server too."""
        if "runserver" in sys.argv and os.environ.get("RUN_MAIN") == "true":
            from omnify.events.worker import start_threads

            start_threads()
