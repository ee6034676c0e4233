"""The table of kept answers."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a request that carried a key, written together with its effects."""

    scope = models.CharField(max_length=200, help_text="Who asked, and for which operation.")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    answer = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("scope", "key"), name="kept_answer_key"),)

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
