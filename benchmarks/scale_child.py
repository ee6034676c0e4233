"""Time looks and lists where one organization has few rows and where it has many, in turns."""

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import django
import psycopg

django.setup()

from apps.integrations.syncing.operations.telling import tell_freshness
from django.core.management import call_command
from django.db import connection as database

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections import queries as connections
from apps.integrations.connections.api import to_message
from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.metrics.queries import find_span
from apps.integrations.syncing.operations.starting import has_due, start_due
from benchmarks.events import POSTGRESQL
from omnify.context import Context, Principal, acting_as, use
from tests.factories.integrations import make_many_synced

Task = Callable[[], object]
PLATFORM = "google_ads"
ROUNDS = 25
FEW, _STEP = 1000, 500_000
#: Connections of one organization, and those that are due at a look.
OF_ONE, DUE = 20, 10
_ENTITIES = 2_000
_LOAD = """
INSERT INTO {table} (id, organization_id, connection_id, platform_account_id, level, entity_key,
  channel, account, campaign, ad, date, last_date, currency, since, is_provisional, "window",
  spend_micros, clicks_micros)
SELECT lpad(to_hex(n), 32, '0')::uuid, %s, %s, %s, 'ad', 'ad ' || n %% {entities}, 'google search',
  'account', 'campaign ' || n %% 40, 'ad', day, day, 'EUR', 1, false, '', n %% 1000, n %% 90
FROM (SELECT n, date '2026-11-25' - (n / {entities})::int AS day
  FROM generate_series(%s::bigint, %s::bigint) AS n) AS rows
"""


def main() -> None:
    """Make connections, copy the database, load rows into one of both, and time all in turns."""
    rows, count = int(sys.argv[2]), int(sys.argv[3])
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    later = {"next_sync_at": now + timedelta(days=1)}
    small, *others, large = [uuid4() for _ in range(count // OF_ONE + 1)]
    for organization_id in (small, *others, large):
        list(make_many_synced(organization_id, PLATFORM, OF_ONE, **later))
    _load(large, 1, FEW)
    many = str(database.settings_dict["NAME"])
    few = f"{many}_few"
    _leave()
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{few}" TEMPLATE "{many}"')
        try:
            _enter(many)
            for first in range(FEW + 1, rows, _STEP):
                _load(large, first, min(rows, first + _STEP - 1))
            print(json.dumps(_time_in_turns((few, many), _list_tasks(large, small, now))))
        finally:
            _leave()
            server.execute(f'DROP DATABASE "{few}" WITH (FORCE)')


def _enter(name: str) -> None:
    _leave()
    database.settings_dict["NAME"] = name


def _leave() -> None:
    database.close()
    database.close_pool()  # type: ignore[attr-defined]


def _load(organization_id: UUID, first: int, last: int) -> None:
    account = PlatformAccount.unscoped.filter(organization_id=organization_id).first()
    if account is None:
        raise LookupError(organization_id)
    owner = Connection.unscoped.filter(id=account.connection_id)
    owner.update(version=1, complete_levels={"spend": "ad"})
    sql = _LOAD.format(table=DailyMetric._meta.db_table, entities=_ENTITIES)  # noqa: SLF001
    with database.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(sql, [organization_id, account.connection_id, account.id, first, last])


def _list_tasks(large: UUID, small: UUID, now: datetime) -> dict[str, Task]:
    shown = Connection.unscoped.filter(organization_id=large).order_by("id")[0].id
    return {
        "look for due syncs, nothing due": lambda: has_due(now),
        f"look that begins {DUE} syncs": lambda: _begin(now),
        "list of connections, of the large one": _as(large, _list),
        "list of connections, of another one": _as(small, _list),
        "freshness, of the large one": _as(large, lambda: tell_freshness(shown, now)),
        "span of metrics, of the large one": _as(large, find_span),
    }


def _time_in_turns(names: tuple[str, ...], tasks: dict[str, Task]) -> dict[str, list[float]]:
    """Return the median milliseconds of each task in each database."""
    times: dict[str, dict[str, list[float]]] = {task: defaultdict(list) for task in tasks}
    for name in names:
        _enter(name)
        with database.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    for _ in range(ROUNDS):
        for name in names:
            _enter(name)
            for task, run in tasks.items():
                # A new connection knows no table yet.
                run()
                _let_be_due()
                started = time.perf_counter()
                run()
                times[task][name].append(time.perf_counter() - started)
    return {
        task: [statistics.median(found[name]) * 1000 for name in names]
        for task, found in times.items()
    }


def _let_be_due() -> None:
    """Let some connections that were never begun be due an hour from now."""
    rows = (
        Connection.unscoped.filter(sync_runs=None).order_by("id").values_list("id", flat=True)[:DUE]
    )
    soon = datetime.now(UTC) + timedelta(hours=1)
    Connection.unscoped.filter(id__in=list(rows)).update(next_sync_at=soon)


def _begin(now: datetime) -> None:
    with use(Context()):
        start_due(now + timedelta(hours=2))


def _list() -> None:
    for row in connections.list_connections()[:200]:
        to_message(row)


def _tell(connection_id: UUID, now: datetime) -> None:
    tell_freshness(connection_id, now)


def _find_span() -> None:
    find_span()


def _as(organization_id: UUID, run: Task) -> Task:
    def run_as() -> None:
        with acting_as(Principal(organization_id=organization_id)):
            run()

    return run_as


if __name__ == "__main__":
    main()
