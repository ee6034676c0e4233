"""The Django app of the auth service."""

from django.apps import AppConfig


class AuthConfig(AppConfig):
    """Tables and commands of auth."""

    name = "apps.auth"
    label = "omnify_auth"
