"""Announce that the server of this port is about to stop (Kubernetes' preStop)."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from omnify.conf import settings
from omnify.health.draining import start_draining


class Command(BaseCommand):
    """Mark this server as draining and wait until it gets no requests."""

    help = "Announce the stop of the server on PORT, then wait OMNIFY_DRAIN_SECONDS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Announce the stop to the workers, and wait."""
        start_draining()
        self.stdout.write(f"draining for {settings.DRAIN_SECONDS} s")
        time.sleep(settings.DRAIN_SECONDS)
