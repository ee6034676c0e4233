"""Choose the legal documents that a new user must accept from ``GET /api/legal/versions``.

As a script it reads the answer and prints the value of ``accepted_documents``.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import Any


def to_accept(versions: dict[str, Any], *, today: date) -> list[dict[str, str]]:
    """Return the version in force of each document that must be accepted."""
    # The newest of each type is listed first.
    required = {
        row["document_type"]: row["version"]
        for row in reversed(versions["results"])
        if row["requires_acceptance"] and date.fromisoformat(row["effective_date"]) <= today
    }
    return [{"document_type": name, "version": version} for name, version in required.items()]


if __name__ == "__main__":
    print(json.dumps(to_accept(json.load(sys.stdin), today=datetime.now(UTC).date())))
