"""The Django app of the onboarding service."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Declare the tables and commands of onboarding to Django."""

    name = "apps.onboarding"
    label = "omnify_onboarding"
    verbose_name = "Onboarding"
