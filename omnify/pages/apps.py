"""The app that brings the shell's templates, styles and scripts."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Holds no tables."""

    name = "omnify.pages"
    label = "omnify_pages"
