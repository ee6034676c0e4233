"""Read and keep a platform's report as a sync does, and write the same rows by bare SQL."""

import gc
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import django

django.setup()

import requests
from django.core.management import call_command
from django.db import connection as database
from django.test import override_settings
from uuid_utils.compat import uuid7

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import to_account
from apps.integrations.authorizing.operations import keep_grant
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import COLUMNS, DailyMetric, Entity
from apps.integrations.platforms.google_ads.adapter import SPEC
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import MetricRow, Slice
from apps.integrations.platforms.specs import Grant
from apps.integrations.syncing.models import Cursor, SyncRun, SyncSlice
from apps.integrations.syncing.operations.keeping import Asked, keep_metrics
from apps.integrations.syncing.operations.reading import read_whole
from benchmarks.files_child import measured
from benchmarks.syncing_peer import CUSTOMER, DAYS, FIRST
from omnify.context import Principal, acting_as
from omnify.db import atomic
from tests.factories.integrations import make_connection

LAST = FIRST + timedelta(days=DAYS - 1)
WANTED = Slice(stream="metrics", level="ad", first=FIRST, last=LAST)
_MEASURES = tuple(COLUMNS[name] for name in SPEC.measures)
_KEY = ("organization_id", "connection_id", "level", "entity_key", "date", "last_date")
_NAMES = ("channel", "account", "campaign", "ad", "currency")
_OTHERS = ("platform_account_id", "since", "is_provisional", '"window"')
_COLUMNS = ("id", *_KEY, *_NAMES, *_OTHERS, *_MEASURES)
_TABLE = DailyMetric._meta.db_table  # noqa: SLF001
_UPSERT = (
    f"INSERT INTO {_TABLE} ({', '.join(_COLUMNS)}) {{rows}}"
    f" ON CONFLICT ({', '.join(_KEY)}) WHERE until IS NULL DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_NAMES, *_MEASURES))
)


class Connected:
    """An account of a customer, whose report is read and kept."""

    def __init__(self, organization_id: UUID) -> None:
        now = datetime.now(UTC)
        self.connection: Connection = make_connection(organization_id, platform=SPEC.id)
        keep_grant(self.connection, Grant("access", expires_at=now + timedelta(hours=1)), now)
        self.account = PlatformAccount.objects.create(
            connection=self.connection,
            platform=SPEC.id,
            external_id=CUSTOMER,
            name="Sample",
            currency="EUR",
            timezone="UTC",
            seen_at=now,
        )
        self._adapter = get_adapter(SPEC.id)
        self._run = SyncRun.objects.create(connection=self.connection, state=SyncRun.State.RUNNING)
        self._api = open_api(self.connection, self._run.id)

    def read(self) -> list[MetricRow]:
        """Return the rows that the platform gives."""
        return list(self._adapter.read(self._api, to_account(self.account), WANTED))

    def sync(self) -> None:
        """Read a slice and keep it."""
        row = SyncSlice(
            run=self._run,
            account=self.account,
            stream=WANTED.stream,
            level=WANTED.level,
            first_date=WANTED.first,
            last_date=WANTED.last,
            shape="bench",
        )
        asked = Asked(self._run, row, SPEC.complete_level, self._api.now)
        account = to_account(self.account)
        for piece, rows in read_whole(self._adapter, self._api, account, WANTED):
            keep_metrics(asked, piece, [each for each in rows if isinstance(each, MetricRow)])

    def upsert(self, metrics: list[MetricRow]) -> None:
        """Write rows in one transaction: by COPY and one statement, or by a bulk upsert."""
        values = [self._flatten(row) for row in metrics]
        with atomic("integrations"), database.cursor() as cursor:
            if database.vendor != "postgresql":
                places = ", ".join(["%s"] * len(_COLUMNS))
                cursor.executemany(_UPSERT.format(rows=f"VALUES ({places})"), values)
                return
            names = ", ".join(_COLUMNS)
            rows = f"SELECT {names} FROM"
            cursor.execute(f"CREATE TEMP TABLE staged ON COMMIT DROP AS {rows} {_TABLE} LIMIT 0")
            with cursor.copy(f"COPY staged ({names}) FROM STDIN") as copy:
                for each in values:
                    copy.write_row(each)
            cursor.execute(_UPSERT.format(rows=f"{rows} staged"))

    def _flatten(self, row: MetricRow) -> tuple[object, ...]:
        key = (self.connection.organization_id, self.connection.id, row.level, row.entity_id)
        names = (row.channel, self.account.name, row.campaign, row.ad, row.currency)
        others = (self.account.id, 1, row.is_provisional, "")
        measures = (row.micros.get(name) for name in SPEC.measures)
        values = (uuid7(), *key, row.date, row.date, *names, *others, *measures)
        if database.vendor == "postgresql":
            return values
        return tuple(each.hex if isinstance(each, UUID) else each for each in values)

    def forget(self) -> None:
        """Leave nothing of what was kept."""
        DailyMetric.objects.filter(connection=self.connection).delete()
        Entity.objects.filter(connection=self.connection).delete()
        Cursor.objects.filter(account=self.account).delete()

    def count(self) -> int:
        """Return how many rows are kept, and fail where any is doubled or lost."""
        return DailyMetric.objects.filter(connection=self.connection, until=None).count()


def rate(peer: str, organization_id: UUID, ads: int, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of both ways for new, changed and unchanged rows, in turns."""
    ours, bare = Connected(organization_id), Connected(organization_id)
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(1 + rounds):
        ours.forget()
        bare.forget()
        for kind, number in (("new", 1), ("changed", 2), ("same", 2)):
            _turn(peer, ads, number)
            rows = bare.read()
            found[f"bare {kind}"].append(_time(lambda rows=rows: bare.upsert(rows)))
            found[f"ours {kind}"].append(_time(ours.sync))
            if not ours.count() == bare.count() == DAYS * ads:
                raise ValueError(f"{ours.count()} and {bare.count()} rows")
    # The first round finds caches empty.
    return {name: seconds[1:] for name, seconds in found.items()}


def memory(peer: str, organization_id: UUID, ads: int) -> dict[str, list[float]]:
    """Return the memory of a slice at most, above that of a process that has read one before."""
    ours = Connected(organization_id)
    _turn(peer, 1, 1)
    ours.sync()
    ours.forget()
    _turn(peer, ads, 1)
    gc.collect()
    _, megabytes = measured(ours.sync)
    if ours.count() != DAYS * ads:
        raise ValueError(f"{ours.count()} rows")
    return {"megabytes": [megabytes]}


def _turn(peer: str, ads: int, number: int) -> None:
    requests.get(f"{peer}/turn/{ads}/{number}", timeout=60).raise_for_status()


def _time(run: Callable[[], None]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def main() -> None:
    """Run the task that the arguments name and print its figures as JSON."""
    _, task, peer, *numbers = sys.argv
    call_command("migrate", verbosity=0)
    organization_id = uuid4()
    # As a server does before it forks its worker.
    gc.collect()
    gc.freeze()
    with (
        override_settings(PLATFORMS={SPEC.id: {"API_URL": peer, "CLIENT_ID": "bench"}}),
        acting_as(Principal(organization_id=organization_id)),
    ):
        print(json.dumps(TASKS[task](peer, organization_id, *map(int, numbers))))


TASKS: dict[str, Callable[..., dict[str, list[float]]]] = {"rate": rate, "memory": memory}

if __name__ == "__main__":
    main()
