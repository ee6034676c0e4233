"""The legal documents that a new user has to accept, from what ``GET /api/legal/versions`` lists.

As a script: the list on its input, what goes into ``accepted_documents`` on its output.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import Any


def to_accept(versions: dict[str, Any], *, today: date) -> list[dict[str, str]]:
    """The version in force of each document that asks for it."""
    # The newest of each type is listed first.
    asking = {
        row["document_type"]: row["version"]
        for row in reversed(versions["results"])
        if row["requires_acceptance"] and date.fromisoformat(row["effective_date"]) <= today
    }
    return [{"document_type": name, "version": version} for name, version in asking.items()]


if __name__ == "__main__":
    print(json.dumps(to_accept(json.load(sys.stdin), today=datetime.now(UTC).date())))
