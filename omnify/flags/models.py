"""The flag table."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

#: Flags that stop a method of a contract: ``rpc.<service>.<method>``.
STOP_PREFIX: Final = "rpc."


class Flag(models.Model):
    """A switch: off, on for some organizations, on for a share of them, or on."""

    name = models.CharField(max_length=120, unique=True, help_text="For example rpc.ml.forecast.")
    enabled = models.BooleanField(default=False, help_text="On for everybody.")
    percent = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="On for this share of the organizations, always the same ones.",
    )
    organization_ids = models.JSONField(
        default=list, blank=True, help_text="On for these organizations, whatever the share."
    )

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="flag_percent"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to stop a method for some organizations: callers of one request could be in both.

        Raises:
            ValidationError: a share or organizations for a method.
        """
        if self.name.startswith(STOP_PREFIX) and (self.percent or self.organization_ids):
            raise ValidationError(
                f"'{self.name}' stops a method for everybody or for nobody: leave the share and the"
                " organizations out, and set it on or off."
            )
