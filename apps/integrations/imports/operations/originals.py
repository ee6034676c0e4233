"""The originals of files of orders: kept encrypted for a while, and served to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import BinaryIO, Final

from apps.integrations.imports.layers import OrdersKind
from apps.integrations.imports.models import CsvImport, OriginalChunk
from apps.integrations.imports.operations.files import CHUNK_BYTES
from omnify.db import atomic
from omnify.encryption import encrypt

KEPT: Final = timedelta(days=30)


def keep_original(csv_import: CsvImport, stream: BinaryIO) -> None:
    """Keep the file of an import of orders, in encrypted chunks; called again, nothing changes.

    Other files are not kept.
    """
    if csv_import.kind != OrdersKind.name:
        return
    import_id = csv_import.id
    stream.seek(0)
    number = 0
    while content := stream.read(CHUNK_BYTES):
        place = {"csv_import_id": import_id, "number": number}
        encrypted = encrypt(content, purpose=OriginalChunk(**place).purpose)
        with atomic("integrations"):
            OriginalChunk.objects.get_or_create(**place, defaults={"content": encrypted})
        number += 1


def forget_originals(now: datetime) -> int:
    """Delete what was kept for ``KEPT``, of all organizations; return how many chunks."""
    old = OriginalChunk.unscoped.filter(created_at__lt=now - KEPT).order_by("id")
    found = list(old.values_list("id", flat=True))
    for chunk_id in found:
        with atomic("integrations"):
            OriginalChunk.unscoped.filter(id=chunk_id).delete()
    return len(found)
