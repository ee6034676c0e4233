"""Imports of files, the layers that they keep, and the change that a connection is in."""

from __future__ import annotations

from django.db import models

from apps.integrations.connections.models import Connection
from omnify.encryption import renew
from omnify.encryption.columns import encrypted_column
from omnify.tenancy import TenantModel


class CsvImport(TenantModel):
    """An import of a whole file. What counts is what the active ones give, in the order of ids."""

    class State(models.TextChoices):
        """Whether the import counts: not yet, now, or no longer."""

        PENDING = "pending"
        ACTIVE = "active"
        UNDONE = "undone"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="imports")
    state = models.CharField(
        max_length=10, choices=State, default=State.ACTIVE, db_default=State.ACTIVE
    )
    is_base = models.BooleanField(
        default=False,
        db_default=False,
        help_text="What a connection had before its imports were kept one by one.",
    )
    is_kept = models.BooleanField(
        default=True,
        db_default=False,
        help_text="False for an import that is part of the base, and cannot be undone.",
    )
    kind = models.CharField(max_length=20, default="metrics", db_default="metrics")
    grain = models.CharField(max_length=10, default="", db_default="")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file and its mapping.")
    currency = models.CharField(max_length=3, blank=True, default="")
    rows = models.PositiveIntegerField(default=0)
    metrics = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0, db_default=0)
    touchpoints = models.PositiveIntegerField(default=0, db_default=0)
    rates = models.PositiveIntegerField(default=0, db_default=0)
    first_date = models.DateField(null=True)
    last_date = models.DateField(null=True)
    levels = models.JSONField(
        default=dict, help_text="Per measure that the file names, the level of its totals."
    )
    sums = models.JSONField(default=list, help_text="What the file comes to, as it was checked.")
    removed = models.JSONField(default=list, help_text="The first of what the file took away.")
    removed_count = models.PositiveIntegerField(default=0, db_default=0)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "CSV import"

    def __str__(self) -> str:
        return self.file_name


class Layer(TenantModel):
    """What an import brought of one kind, and the days that it covers."""

    csv_import = models.ForeignKey(CsvImport, on_delete=models.CASCADE, related_name="layers")
    kind = models.CharField(max_length=20)
    measures = models.JSONField(help_text="Those that the file names.")
    ranges = models.JSONField(help_text="First and last day of each run of covered days.")
    longest_days = models.PositiveIntegerField(help_text="The length of its longest span.")

    class Meta:
        ordering = ("csv_import_id",)
        constraints = (models.UniqueConstraint(fields=("csv_import", "kind"), name="layer_once"),)

    def __str__(self) -> str:
        return f"{self.csv_import_id} {self.kind}"


class LayerChunk(TenantModel):
    """Some values of a layer, compact; the days are the first and last on which any begins."""

    csv_import = models.ForeignKey(
        CsvImport, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    first_date = models.DateField()
    last_date = models.DateField()
    rows = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("csv_import_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("csv_import", "kind", "number"), name="layer_chunk_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("csv_import", "kind", "first_date", "last_date"), name="layer_chunk_by_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.csv_import_id} {self.kind} {self.number}"


class Change(TenantModel):
    """The one change that a connection is in: an import that begins to count, or an undo.

    It is made in small steps. Whoever makes one moves ``step`` on in the same transaction, so that
    each is made once, by any process.
    """

    class Phase(models.TextChoices):
        """Writing the next version, deleting what no longer counts, or taking the change back."""

        BUILDING = "building"
        BUILT = "built"
        TIDYING = "tidying"
        REVERTING = "reverting"

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="change")
    csv_import = models.ForeignKey(CsvImport, on_delete=models.CASCADE, related_name="+")
    is_undo = models.BooleanField(default=False)
    version = models.PositiveBigIntegerField(help_text="What its rows count from.")
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.BUILDING)
    step = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, blank=True, help_text="The layers it is at.")
    day = models.DateField(null=True, help_text="The day it is at; null before the first.")
    part = models.PositiveIntegerField(default=0, help_text="Of a day with very many rows.")
    position = models.PositiveIntegerField(default=0, help_text="How much of that is done.")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    first_changed = models.DateField(null=True)
    last_changed = models.DateField(null=True)
    removed = models.BinaryField(default=b"", help_text="What the import took away so far.")
    job_id = models.UUIDField(null=True, help_text="The job that makes it, if it is large.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.connection_id} to {self.version}"


class OriginalChunk(TenantModel):
    """A part of the file of an import of orders, encrypted; it is deleted after some days."""

    csv_import = models.ForeignKey(CsvImport, on_delete=models.CASCADE, related_name="originals")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ("csv_import_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("csv_import", "number"), name="original_chunk_once"),
        )

    def __str__(self) -> str:
        return f"{self.csv_import_id} {self.number}"

    @property
    def purpose(self) -> str:
        """What the part is encrypted for: its place, so that parts cannot be exchanged."""
        return f"integrations.original {self.csv_import_id} {self.number}"


@encrypted_column(OriginalChunk, "content")
def renew_original(row: OriginalChunk) -> bytes:
    """Return a part of a file under the newest key."""
    return renew(bytes(row.content), purpose=row.purpose)


class StagedFile(TenantModel):
    """A file that a job imports, or a draft that a person prepares for its import in steps.

    It is kept in the database, which every worker reaches. Its import gets its id; jobs of a draft
    have a row each, that reads the draft's chunks.
    """

    file_name = models.CharField(max_length=200)
    mapping = models.TextField(help_text="How to read it, as JSON; empty of a draft.")
    choices = models.JSONField(
        null=True, help_text="What was chosen of a draft so far; null of other files."
    )
    draft = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        related_name="readers",
        help_text="The draft whose chunks it reads; null where it has its own.",
    )
    metric_count = models.PositiveIntegerField(default=0, help_text="How many metrics it comes to.")
    digest = models.CharField(max_length=64)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name


class StagedChunk(TenantModel):
    """A part of a staged file."""

    file = models.ForeignKey(StagedFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="staged_chunk_once"),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"
