"""Configure the app that brings the ``topology`` and ``serve`` commands."""

from django.apps import AppConfig


class TopologyConfig(AppConfig):
    """Holds no tables."""

    name = "omnify.topology"
    label = "omnify_topology"
