"""Counted tries."""

from __future__ import annotations

from django.db import models


class Attempts(models.Model):
    """The number of tries within one window of time; of their subject only a hash is kept."""

    scope = models.CharField(max_length=30)
    subject_hash = models.CharField(max_length=64)
    window = models.BigIntegerField(help_text="The number of the window since 1970.")
    count = models.PositiveIntegerField(default=0)
    #: No fact: a window may end at any time.
    is_bookkeeping = True
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "attempts"
        constraints = (
            models.UniqueConstraint(
                fields=("scope", "subject_hash", "window"), name="attempts_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope}: {self.count}"
