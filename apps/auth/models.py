"""Users, organizations, who belongs where, sessions, and the keys that sign tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7


class UserManager(BaseUserManager["User"]):
    """Finds users by e-mail in any case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user who signs in with an address."""
        return self.get(email=(username or "").strip().lower())

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        """A platform operator, for Django's ``createsuperuser``."""
        user = self.model(email=email.strip().lower(), staff_role=User.StaffRole.OPERATOR, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person; what they may do hangs on their memberships, or on ``staff_role``."""

    class StaffRole(models.TextChoices):
        """The platform's own people: no organization grants these."""

        NONE = "", "not staff"
        OPERATOR = "operator", "operator (reads and writes)"
        SUPPORT = "support", "support (reads)"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True, help_text="Kept in lower case.")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    staff_role = models.CharField(
        max_length=20, choices=StaffRole, default=StaffRole.NONE, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["first_name", "last_name"]

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower"
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets the user in."""
        return bool(self.staff_role)

    @property
    def is_superuser(self) -> bool:
        """Operators may do everything in the admin."""
        return self.staff_role == self.StaffRole.OPERATOR

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Rights in the admin come from the staff role: operators write, support reads."""
        if not self.is_active or not self.staff_role:
            return False
        return self.is_superuser or ".view_" in perm

    def has_module_perms(self, app_label: str) -> bool:
        """All of the admin is visible to staff."""
        return self.is_active and self.is_staff


class Organization(models.Model):
    """A tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217.")
    is_currency_settled = models.BooleanField(
        default=False, help_text="Chosen, or taken from the first data."
    )
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA name.")
    is_demo = models.BooleanField(default=False, help_text="Holds sample data.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in an organization."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=50)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("user", "organization"), name="membership_unique"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"


class TokenFamilyQuerySet(models.QuerySet["TokenFamily"]):
    """Filters over sessions."""

    def alive(self, now: Any) -> TokenFamilyQuerySet:
        """Sessions that were not ended and whose time is not over."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class TokenFamily(models.Model):
    """A session: all refresh tokens that descend from one sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="sessions"
    )
    counter = models.PositiveIntegerField(default=0, help_text="Of the newest refresh token.")
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="The absolute end; no refresh moves it.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=50, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    objects = TokenFamilyQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = "session"

    def __str__(self) -> str:
        return str(self.id)


class SigningKey(models.Model):
    """A key pair for access tokens; the private part is encrypted with the key ring."""

    kid = models.CharField(max_length=64, primary_key=True, editable=False)
    public_jwk = models.TextField(editable=False)
    private_encrypted = models.BinaryField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Not accepted any more.")

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.kid
