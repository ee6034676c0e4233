"""Start every possible slice of some sizes in a process of its own; report what each is made of.

Run as ``python -m tests.architecture.all_slices 1 2 7``, with the numbers of services of a slice:
prints one JSON object a slice. A fork server: the parent imports what reads no settings, each child
sets up Django for one slice and ends.
"""

import itertools
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from apps import SERVICES
from tests.forking import preload

ENVIRONMENT = {
    "SECRET_KEY": 40 * "s",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "OMNIFY_RPC_SECRETS": 40 * "r",
    "OMNIFY_ENCRYPTION_KEYS": "dGVzdHMtZW5jcnlwdGlvbi1rZXktMzItYnl0ZXMhISE=",
    "DATABASE_URL": "sqlite://:memory:",
    "LOG_LEVEL": "ERROR",
    **{f"{name.upper()}_SERVICE_URL": "http://127.0.0.1:9" for name in SERVICES},
}
CHILDREN = 2
#: What every slice has of the floor, as far as it reads no settings.
FLOOR = (
    "omnify.api.documents",
    "omnify.api.parsing",
    "omnify.db.management.commands.migrate",
    "omnify.identity.arrival",
    "omnify.idempotency.apps",
    "omnify.jobs.apps",
    "omnify.pages.advice",
    "omnify.pages.workbooks",
)


def all_slices(sizes: Iterable[int]) -> list[tuple[str, ...]]:
    """Every set of so many services; 127 of all sizes."""
    return [chosen for size in sizes for chosen in itertools.combinations(SERVICES, size)]


def inspect_slice(services: tuple[str, ...]) -> dict[str, object]:
    """Set up Django for a slice in this process: its checks, routes and loaded service modules."""
    os.environ.update(ENVIRONMENT, OMNIFY_SERVICES=",".join(services))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.custom"
    import django
    from django.core import checks

    django.setup()
    messages = [message.msg for message in checks.run_checks()]
    return {
        "services": services,
        "problems": messages,
        "routes": sorted(list_routes()),
        "modules": sorted(
            name for name in sys.modules if name.startswith("apps.") and name.count(".") > 1
        ),
    }


def list_routes() -> list[str]:
    """Every route of this process, with a leading slash."""
    from django.urls import URLResolver, get_resolver

    def walk(resolver: URLResolver, prefix: str) -> list[str]:
        found = []
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            found += walk(pattern, path) if isinstance(pattern, URLResolver) else [path]
        return found

    return ["/" + route for route in walk(get_resolver(), "")]


def _run_child(services: tuple[str, ...], report: Path) -> int:
    process_id = os.fork()
    if process_id:
        return process_id
    code = 1
    try:
        found = inspect_slice(services)
        code = 0
    except BaseException as error:  # noqa: BLE001 - a child must not go on as its parent
        found = {"services": services, "problems": [repr(error)], "routes": [], "modules": []}
    report.write_text(json.dumps(found))
    os._exit(code)


def main() -> None:
    """Inspect all slices of the sizes asked for, two at a time."""
    sizes = [int(size) for size in sys.argv[1:]]
    preload(*FLOOR)
    alive: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        for number, services in enumerate(all_slices(sizes)):
            if len(alive) == CHILDREN:
                alive.discard(os.wait()[0])
            alive.add(_run_child(services, Path(folder, f"{number:03}.json")))
        while alive:
            alive.discard(os.wait()[0])
        for report in sorted(Path(folder).iterdir()):
            print(report.read_text())  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
