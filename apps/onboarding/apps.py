"""The Django app of the onboarding service."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Tables and commands of onboarding."""

    name = "apps.onboarding"
    label = "omnify_onboarding"
