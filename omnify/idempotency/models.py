"""The table of kept answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models

#: As long as jobs, whose calls carry keys, can be retried.
KEPT_ANSWERS: Final = timedelta(days=30)


class KeptAnswer(models.Model):
    """The answer to a request that carried a key, written together with its effects."""

    scope = models.CharField(max_length=200, help_text="Who asked, and for which operation.")
    key = models.CharField(max_length=200)
    holder = models.CharField(
        max_length=64,
        default="",
        db_default="",
        help_text="Hash of the credential and its rights; empty in rows of an earlier version.",
    )
    request_hash = models.CharField(max_length=64)
    answer = models.BinaryField(help_text="Empty where only the fact is kept.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scope", "key", "holder"), name="kept_answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"

    @classmethod
    def outlived(cls, now: datetime) -> models.QuerySet[KeptAnswer]:
        """Return answers to requests that are too old to be repeated."""
        return cls.objects.filter(created_at__lt=now - KEPT_ANSWERS)
