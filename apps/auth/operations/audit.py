"""The audit chain: each entry carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from apps.auth.models import AuditEntry, AuditHead
from omnify.db import atomic
from omnify.identity.audit import AuditRecorded

#: What stands before the first entry.
BEGINNING = 64 * "0"
_HASHED = (
    "sequence",
    "at",
    "service",
    "action",
    "outcome",
    "organization_id",
    "user_id",
    "actor",
    "target_type",
    "target_id",
    "details",
    "address",
    "request_id",
    "previous_hash",
)


class Verdict(NamedTuple):
    """The result of a check of the chain; ``problem`` is empty when it is whole."""

    entries: int
    head: str
    problem: str = ""


def append_entry(event: AuditRecorded) -> AuditEntry:
    """Append what a service recorded; entries are chained in the order of their arrival."""
    with atomic("auth"):
        AuditHead.objects.get_or_create(id=1, defaults={"hash": BEGINNING})
        head = AuditHead.objects.select_for_update().get(id=1)
        entry = AuditEntry(
            sequence=head.sequence + 1,
            at=event.at,
            service=event.service,
            action=event.action,
            outcome=event.outcome,
            organization_id=event.organization_id,
            user_id=event.user_id,
            actor=event.actor,
            target_type=event.target_type,
            target_id=event.target_id,
            details={item.name: item.value for item in event.details},
            address=event.address,
            request_id=event.request_id,
            previous_hash=head.hash,
        )
        entry.hash = hash_entry(entry)
        entry.save()
        AuditHead.objects.filter(id=1).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def verify_chain(expected: str = "") -> Verdict:
    """Walk along the whole chain: every hash, every link, no gap, and the end where it was.

    Args:
        expected: ``NUMBER:HASH`` of an end that was noted before; it has to be in the chain.
    """
    number, _, noted = expected.partition(":")
    previous, count = BEGINNING, 0
    for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=1000):
        count += 1
        problem = _find_break(entry, count, previous)
        if not problem and str(count) == number and entry.hash != noted:
            problem = f"entry {count} is not the one that was noted"
        if problem:
            return Verdict(count, previous, problem)
        previous = entry.hash
    return Verdict(count, previous, _find_missing_end(count, previous, number))


def _find_break(entry: AuditEntry, count: int, previous: str) -> str:
    if entry.sequence != count:
        return f"entry {count} is missing"
    if entry.previous_hash != previous:
        return f"entry {count} does not follow the one before it"
    return "" if entry.hash == hash_entry(entry) else f"entry {count} was changed"


def _find_missing_end(count: int, last: str, noted: str) -> str:
    head = AuditHead.objects.filter(id=1).first()
    if head is not None and (head.sequence, head.hash) != (count, last):
        return f"entries after {count} are missing"
    is_short = noted.isdigit() and count < int(noted)
    return f"entry {noted}, which was noted, is missing" if is_short else ""


def hash_entry(entry: AuditEntry) -> str:
    """Return the SHA-256 over an entry's fields and the hash of the one before it."""
    fields = {name: _plain(getattr(entry, name)) for name in _HASHED}
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
