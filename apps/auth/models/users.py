"""People."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7

from apps.auth.models.passwords import PasswordHolder
from omnify.email_addresses import canonical_email, fold_email


class UserManager(BaseUserManager["User"]):
    """Finds users by their e-mail address, however it is spelled."""

    def find_by_email(self, email: str) -> User | None:
        """Return the user who signs in with an address, None without one.

        A stored spelling goes before the mailbox: before there was one form, several accounts
        could be made for one mailbox.
        """
        stored = email.strip().lower()
        found = self.filter(Q(email=stored) | Q(canonical_email=fold_email(email)))
        return min(found, key=lambda user: user.email != stored, default=None)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user who signs in with an address."""
        user = self.find_by_email(username or "")
        if user is None:
            raise User.DoesNotExist
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        """Make a platform operator, for Django's ``createsuperuser``."""
        user = self.model(staff_role=User.StaffRole.OPERATOR, **fields)
        user.take_email(canonical_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(PasswordHolder):
    """A person; their rights come from their memberships, or from ``staff_role``."""

    class StaffRole(models.TextChoices):
        """The platform's own people; no organization gives these roles."""

        NONE = "", "not staff"
        OPERATOR = "operator", "operator (reads and writes)"
        SUPPORT = "support", "support (reads)"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(
        max_length=254, unique=True, help_text="What the user signs in with, in lower case."
    )
    canonical_email = models.EmailField(
        max_length=254,
        unique=True,
        null=True,
        blank=True,
        help_text="The form of the mailbox; without, another account of it has it.",
    )
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    voice = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        help_text="How pages write numbers and days; empty: as the browser's languages do.",
    )
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
    def full_name(self) -> str:
        """Return the user's names."""
        return f"{self.first_name} {self.last_name}".strip()

    def take_email(self, canonical: str) -> None:
        """Sign in with an address from now on, given in its one form; not saved."""
        self.email = self.canonical_email = canonical

    @property
    def is_staff(self) -> bool:
        """Tell whether the user may open the admin."""
        return bool(self.staff_role)

    @property
    def is_superuser(self) -> bool:
        """Tell whether the user may do everything in the admin, as operators may."""
        return self.staff_role == self.StaffRole.OPERATOR

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Tell whether the staff role gives a right: operators write, support reads."""
        if not self.is_active or not self.staff_role:
            return False
        return self.is_superuser or ".view_" in perm

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether the user may see a part of the admin: staff see all of it."""
        return self.is_active and self.is_staff
