"""What auth declares and what the other services may ask of it."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from apps.auth.exceptions import MemberNotFoundError, QuotaExceededError
from omnify.events import Event
from omnify.services import Contract, Manifest, method
from omnify.services.manifest import NavigationItem
from omnify.services.messages import Message

MANIFEST = Manifest(
    name="auth",
    summary="Sign-in, sessions, organizations, roles and the keys that prove who calls.",
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
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.headless",
    ),
    middleware=(
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "apps.auth.adapters.admin.AdminMiddleware",
    ),
    context_processors=(
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ),
    # A hash of a password.
    work_mebibytes=100,
    library_settings={
        "AUTH_USER_MODEL": "omnify_auth.User",
        "PASSWORD_HASHERS": ["apps.auth.operations.hashing.PlacedArgon2Hasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "apps.auth.adapters.passwords.LengthValidator",
                "OPTIONS": {"min_length": 12, "max_length": 128},
            },
            {"NAME": "apps.auth.adapters.passwords.CommonPasswordValidator"},
        ],
        "AUTHENTICATION_BACKENDS": [
            "django.contrib.auth.backends.ModelBackend",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        # The admin's links to who one is: passwords and factors are changed there alone.
        "UNFOLD": {
            "SITE_TITLE": "Omnify operators",
            "SITE_HEADER": "Omnify",
            "SITE_SUBHEADER": "Operators",
            "SITE_FAVICONS": [
                {
                    "rel": "icon",
                    "type": "image/svg+xml",
                    "href": "apps.auth.adapters.admin.find_icon_url",
                }
            ],
            "ACCOUNT": {
                "navigation": [
                    {"title": "My account", "link": "apps.auth.adapters.admin.find_account_url"}
                ]
            },
        },
        "ACCOUNT_ADAPTER": "apps.auth.adapters.account.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 900,
        "MFA_ADAPTER": "apps.auth.adapters.mfa.MfaAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn"],
        "MFA_TOTP_ISSUER": "Omnify",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "HEADLESS_ONLY": True,
        "HEADLESS_CLIENTS": ["app"],
        "HEADLESS_TOKEN_STRATEGY": "apps.auth.adapters.tokens.TokenStrategy",
        # The admin's session: it ends after two hours without use, and with the browser.
        "SESSION_ENGINE": "apps.auth.adapters.session_store",
        "SESSION_COOKIE_AGE": 7200,
        "SESSION_COOKIE_PATH": "/admin/",
        "SESSION_SAVE_EVERY_REQUEST": True,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        # No cookie of their own.
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    },
    required_settings=("OMNIFY_ENCRYPTION_KEYS",),
    navigation=(
        NavigationItem("Settings", "/app/auth/organization", "gear", "signed-in", group="settings"),
        NavigationItem("My account", "/app/auth/account", "user", "signed-in", group="account"),
    ),
    gives_to_shell=("search",),
    listens_to=("omnify.audit.recorded",),
    provides=("identity",),
)


class UserRegistered(Event):
    """A new user registered an organization, or accepted an invitation."""

    topic = "auth.user.registered"
    key_field = "user_id"

    user_id: UUID
    organization_id: UUID


class OrganizationCreated(Event):
    """An organization was registered."""

    topic = "auth.organization.created"
    key_field = "organization_id"

    organization_id: UUID
    name: str
    is_demo: bool


class RoleChanged(Event):
    """A member has another role: a system role's name, or a custom role's id."""

    topic = "auth.role.changed"
    key_field = "user_id"

    user_id: UUID
    organization_id: UUID
    role: str
    former_role: str


class MemberRemoved(Event):
    """A user does not belong to an organization any more."""

    topic = "auth.member.removed"
    key_field = "user_id"

    user_id: UUID
    organization_id: UUID


class LegalAccepted(Event):
    """A user accepted a version of a legal document."""

    topic = "auth.legal.accepted"
    key_field = "user_id"

    user_id: UUID
    document_type: str
    document_version: str


#: Whose questions numbers are explained for; it decides wording and gives no rights.
ReaderRole = Literal["cmo", "vp_growth", "performance_marketer", "agency_owner"]


class Member(Message):
    """A user who belongs to an organization."""

    user_id: UUID
    email: str
    first_name: str
    last_name: str
    role: str
    reader_role: ReaderRole = "cmo"


class Brand(Message):
    """A client of an agency, by the name that people know it by."""

    id: UUID
    name: str


class SessionState(Message):
    """Whether a session is active, and whose it is."""

    is_alive: bool
    user_id: UUID | None = None
    organization_id: UUID | None = None


class PrincipalProfile(Message):
    """A member and what they may do."""

    user_id: UUID
    organization_id: UUID
    role: str
    permissions: tuple[str, ...]
    is_staff: bool
    reader_role: ReaderRole = "cmo"


#: The day on which an organization's weeks begin.
WeekStart = Literal["monday", "sunday", "saturday"]


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
    week_start: WeekStart = "monday"


class Auth(Contract):
    """Answers about the organization of the context."""

    service = "auth"
    raises = (MemberNotFoundError, QuotaExceededError)

    @method(idempotent=True, timeout_seconds=2.0)
    def get_organization(self) -> OrganizationProfile:
        """Return the organization of the context."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def adopt_currency(self, currency: str) -> OrganizationProfile:
        """Settle the reporting currency (ISO 4217) unless it is settled already; the first wins."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def introspect_session(self, session_id: UUID) -> SessionState:
        """Return whether a session of the organization is active."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def get_principal(self, user_id: UUID) -> PrincipalProfile:
        """Return a member with their present rights; refuses with ``member_not_found``."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def list_members(self) -> tuple[Member, ...]:
        """Return everybody who belongs to the organization, in order of joining."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def list_brands(self) -> tuple[Brand, ...]:
        """Return the brands that an agency works for, by name; none elsewhere."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def check_permission(
        self, user_id: UUID, permission: str, resource_type: str = "", resource_id: str = ""
    ) -> bool:
        """Return whether a member holds a permission, by role or by a grant on the object."""
        raise NotImplementedError

    @method(idempotent=False, timeout_seconds=2.0)
    def consume_quota(self, kind: str, amount: int) -> int:
        """Count against the plan's limit (negative gives back) or refuse; return what is used."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0)
    def get_outstanding_documents(self, user_id: UUID) -> tuple[str, ...]:
        """Return the types of the legal documents that a user has yet to accept."""
        raise NotImplementedError
