"""The HTTP API of onboarding."""
