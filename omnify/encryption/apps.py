"""Configure the app of secrets at rest."""

from django.apps import AppConfig


class EncryptionConfig(AppConfig):
    """Holds no tables; it brings the command that renews what others hold."""

    name = "omnify.encryption"
    label = "omnify_encryption"
