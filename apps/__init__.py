"""The services. To add one, add its folder and its name here."""

SERVICES = (
    "auth",
    "integrations",
    "agentkit",
    "analytics",
    "onboarding",
    "ml",
    "infrastructure",
)
