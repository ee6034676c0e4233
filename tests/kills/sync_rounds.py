"""Syncs of three connections under kills, and what they leave, in terms that no run changes."""

import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import django
import msgspec

django.setup()

from django.core.management import call_command
from django.db import connections

from apps.integrations.accounts.messages import AccountsChoice, ChosenAccount
from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.operations import choose_accounts, refresh_accounts
from apps.integrations.authorizing.operations import keep_grant
from apps.integrations.calling.models import Quota, RawAnswer
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import Channel, DailyMetric, Entity
from apps.integrations.orders.models import Order
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Grant
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Covered
from apps.integrations.syncing.messages import SyncInput
from apps.integrations.syncing.models import UNDER_WAY, Cursor, PlatformTotal, SyncRun
from apps.integrations.syncing.operations.planning import LONGEST_DAYS, shape_of
from apps.integrations.syncing.operations.starting import cancel_run, start_due, start_sync
from apps.integrations.syncing.zones import days, find_zone, today
from apps.integrations.touchpoints.models import Touchpoint
from omnify.context import Context, Principal, acting_as, use
from omnify.events.models import Outbox
from omnify.jobs.models import Job
from tests.factories.integrations import make_connection
from tests.kills.sync_worker import work

SHOP = "northwind-sample"
#: The account of each platform that is read, whose days are those of Berlin and New York.
ACCOUNTS = {"google_ads": "1000000001", "meta_ads": "1001", "shopify": f"{SHOP}.myshopify.com"}
#: How far back is read.
DAYS = 90
ROUND_SECONDS = 900
#: So many kills of one sync at most.
ROUND_KILLS = 12
#: A worker is killed after so long at most, or around one of so many commits.
LONGEST_LIFE, MOST_COMMITS = 3.0, 150
#: After a kill, now and then a person ends the runs and begins new ones.
CHANCE_TO_BEGIN_AGAIN = 0.25
#: What is compared row by row.
KINDS = (DailyMetric, Entity, Order, Touchpoint, PlatformTotal)
#: What differs between two runs that bring the same.
_OWN = {"id", "organization_id", "connection_id", "platform_account_id", "asked_at", "since"}


class Rounds:
    """Three connections that are synced again and again, each time from nothing."""

    def __init__(self, tokens, *, seed, plant):
        self.kills, self.rounds, self.runs = 0, 0, 0
        self._random, self._plant = random.Random(seed), plant
        self._organization_id = uuid4()
        self._reference, self._days = None, ()
        call_command("migrate", verbosity=0)
        with acting_as(Principal(organization_id=self._organization_id)):
            self._connections = [self._connect(name, own) for name, own in tokens.items()]

    def go_on(self, kills):
        """Sync under kills until there were so many; yield what each round lost and doubled."""
        while self.kills < kills:
            if self._reference is None or self._days != self._list_days():
                self._reference, self._days = self._sync(kills=0), self._list_days()
                yield self._reference, Counter(), Counter()
            found = self._sync(kills=min(ROUND_KILLS, kills - self.kills))
            if self._days == self._list_days():
                self.rounds += 1
                yield found, self._reference - found, found - self._reference

    def _connect(self, platform, tokens):
        facts = {"shop": SHOP} if platform == "shopify" else {}
        connection = make_connection(self._organization_id, platform=platform, facts=facts)
        now = datetime.now(UTC)
        lives = timedelta(seconds=tokens["expires_in"])
        grant = Grant(tokens["access_token"], tokens["refresh_token"], expires_at=now + lives)
        keep_grant(connection, grant, now)
        refresh_accounts(connection, open_api(connection))
        chosen = (ChosenAccount(id=ACCOUNTS[platform]),)
        choose_accounts(connection, AccountsChoice(accounts=chosen, depth=DAYS), now)
        return connection

    def _sync(self, *, kills):
        """Let all three be read from nothing, under so many kills at most; return what is kept."""
        self._forget()
        self._begin()
        until = time.monotonic() + ROUND_SECONDS
        while not self._is_whole():
            if time.monotonic() > until:
                raise RuntimeError(f"no end after {ROUND_SECONDS} s: {self._tell()}")
            was_killed = self._live(is_killed=kills > 0)
            self.kills, kills = self.kills + was_killed, kills - was_killed
            if was_killed and self._random.random() < CHANCE_TO_BEGIN_AGAIN:
                self._end_runs()
            self._begin()
        return take_picture(self._organization_id)

    def _forget(self):
        """Leave the connections, their accounts and tokens; nothing of what they brought."""
        for model in (SyncRun, Cursor, *KINDS, RawAnswer):
            model.unscoped.all().delete()
        for model in (Channel.unscoped, Job.objects, Outbox.objects, Quota.objects):
            model.all().delete()
        Connection.unscoped.update(version=0, complete_levels={}, sync_facts={})
        with acting_as(Principal(organization_id=self._organization_id)):
            _cover_older_orders()

    def _begin(self):
        """Begin a run where none is under way and the last one was not whole."""
        with use(Context()):
            # As if it were later: what the engine has given up is said to have failed.
            start_due(datetime.now(UTC) + timedelta(minutes=10))
        with acting_as(Principal(organization_id=self._organization_id)):
            for connection in self._connections:
                last = SyncRun.objects.filter(connection=connection).first()
                if last is None or last.state in (SyncRun.State.FAILED, SyncRun.State.CANCELLED):
                    start_sync(connection.id, SyncInput(), datetime.now(UTC))
                    self.runs += 1

    def _end_runs(self):
        with acting_as(Principal(organization_id=self._organization_id)):
            for run in SyncRun.objects.filter(state__in=UNDER_WAY):
                cancel_run(run.id)

    def _live(self, *, is_killed):
        """Let a worker run until it is killed or all is done; tell whether it was killed."""
        timed = self._random.random() < 0.5
        after = self._random.uniform(0.3, LONGEST_LIFE) if is_killed and timed else ROUND_SECONDS
        commits = self._random.randint(1, MOST_COMMITS) if is_killed and not timed else 0
        worker = self._fork(commits)
        until = time.monotonic() + after
        while time.monotonic() < until and not self._has_ended():
            if os.waitpid(worker, os.WNOHANG)[0]:
                return True
            time.sleep(0.05)
        was_early = not self._has_ended()
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        return is_killed and was_early

    def _fork(self, commits):
        seed = self._random.randrange(10**9)
        connections.close_all()
        if connections["default"].vendor == "postgresql":
            connections["default"].close_pool()
        worker = os.fork()
        if not worker:
            try:
                work(plant=self._plant, commits=commits, seed=seed)
            finally:
                os._exit(1)
        return worker

    def _has_ended(self):
        return not SyncRun.unscoped.filter(state__in=UNDER_WAY).exists()

    def _is_whole(self):
        """Tell whether the last run of each connection has brought all."""
        states = [
            SyncRun.unscoped.filter(connection=each).values_list("state", flat=True).first()
            for each in self._connections
        ]
        return states == [SyncRun.State.SUCCEEDED] * len(states)

    def _tell(self):
        rows = SyncRun.unscoped.values_list("connection__platform", "state", "error_words")
        return list(rows), list(Job.objects.values_list("kind", "state", "error"))

    def _list_days(self):
        """Return the present day of each account: a round in which one ends is not compared."""
        now = datetime.now(UTC)
        chosen = PlatformAccount.unscoped.filter(is_chosen=True)
        return [today(find_zone(each.timezone), now) for each in chosen]


def _cover_older_orders():
    """Let the shop's orders of former years count as read: metrics have a depth, orders none."""
    account = PlatformAccount.objects.get(connection__platform="shopify", is_chosen=True)
    now = datetime.now(UTC)
    day = today(find_zone(account.timezone), now)
    for stream in get_adapter("shopify").spec.streams:
        covered = Covered(
            day - timedelta(days=LONGEST_DAYS),
            day - timedelta(days=DAYS),
            shape_of(account.connection, account, stream),
            asked_at=now,
        )
        Cursor.objects.create(
            account=account, stream=stream.name, ranges=msgspec.to_builtins([covered])
        )


def take_picture(organization_id):
    """Return what an organization has, as a count of tuples; the first part is the kind."""
    with acting_as(Principal(organization_id=organization_id)):
        found = Counter(row for model in KINDS for row in _list_rows(model))
        customers = {
            *Order.objects.values_list("customer", flat=True),
            *Touchpoint.objects.values_list("customer", flat=True),
        }
        found.update(("Customer", customer) for customer in customers if customer)
        found.update(_list_covered())
        for each in Connection.objects.all():
            counts = each.version, str(each.complete_levels)
            found["Connection", each.platform, *counts] += 1
    return found


def count_kinds(found):
    """Return how many rows of each kind a picture has; of orders, refunds apart."""
    kinds = Counter()
    for row, count in found.items():
        kinds["Refund" if row[0] == "Order" and ("is_refund", True) in row else row[0]] += count
    return kinds


def _list_rows(model):
    """Yield the rows of a table, with names instead of ids."""
    columns = [each.attname for each in model._meta.concrete_fields if each.attname not in _OWN]
    fields = {each.name for each in model._meta.concrete_fields}
    owner = "connection__platform" if "connection" in fields else "account__platform"
    columns = [each for each in columns if each != "account_id"]
    for row in model.objects.values_list(owner, *columns):
        yield (model.__name__, row[0], *zip(columns, row[1:], strict=True))


def _list_covered():
    """Yield each day of a stream that counts as asked, by which way of asking."""
    for cursor in Cursor.objects.select_related("account"):
        name = "Cursor", cursor.account.external_id, cursor.stream, cursor.level
        yield (*name, str(sorted(cursor.fields.items())), cursor.changed_until is not None)
        ranges = queries.find_coverage(cursor).ranges
        oldest = ranges[-1].last - timedelta(days=DAYS - 1)
        for each in ranges:
            for day in days(max(each.first, oldest), each.last):
                yield "Asked day", *name[1:], day, each.shape
