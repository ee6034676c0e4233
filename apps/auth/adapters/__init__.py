"""Our hooks into django-allauth."""
