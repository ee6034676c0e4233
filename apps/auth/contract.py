"""What auth declares and what the other services may ask of it."""

from __future__ import annotations

from uuid import UUID

from omnify.services import Contract, Manifest, method
from omnify.services.messages import Message

MANIFEST = Manifest(
    name="auth",
    summary="Sign-in, sessions, organizations, roles and the keys that prove who asks.",
    port=8001,
    prefixes=(
        "/api/auth",
        "/api/legal",
        "/api/mfa",
        "/api/rbac",
        "/api/sessions",
        "/api/organizations",
        "/.well-known/jwks.json",
    ),
    libraries=(
        "unfold",
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ),
    middleware=(
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ),
    context_processors=(
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ),
    library_settings={
        "AUTH_USER_MODEL": "omnify_auth.User",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 12},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
        ],
    },
    required_settings=("OMNIFY_ENCRYPTION_KEYS",),
    provides=("identity",),
)


class OrganizationProfile(Message):
    """What other services need to know of an organization.

    ``currency`` is the reporting currency; until it ``is_currency_settled`` it is a default that
    the organization's first data may replace.
    """

    id: UUID
    name: str
    currency: str
    is_currency_settled: bool
    timezone: str


class Auth(Contract):
    """Asked about the organization of the context."""

    service = "auth"

    @method(idempotent=True, timeout_seconds=2.0)
    def get_organization(self) -> OrganizationProfile:
        """Return the organization of the context."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def adopt_currency(self, currency: str) -> OrganizationProfile:
        """Settle the reporting currency (ISO 4217) unless it is settled already; the first wins."""
        raise NotImplementedError
