"""Runs of a connection, as a test lets them happen."""

from datetime import UTC, datetime, timedelta

from apps.integrations.accounts.messages import AccountsChoice, ChosenAccount
from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.operations import choose_accounts, refresh_accounts
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.syncing.operations.running import run_sync
from apps.integrations.syncing.operations.starting import start_due
from omnify.context import Context, use
from tests.apps.integrations.platforms.remembered import asking


class Syncs:
    """A connection whose syncs happen when a test says so."""

    def __init__(self, sign_in, connection, platform, clock):
        self.connection, self.platform = connection, platform
        self._sign_in, self._clock = sign_in, clock
        self.path = f"/api/integrations/connections/{connection.id}"

    @property
    def client(self):
        """Somebody who is signed in now."""
        return self._sign_in()

    def see_accounts(self):
        refresh_accounts(self.connection, asking(datetime.now(UTC)))

    def choose(self, *accounts, depth=30):
        """Choose accounts, of which nothing is read before a test says so."""
        choice = AccountsChoice(tuple(ChosenAccount(id=each) for each in accounts), depth=depth)
        choose_accounts(self.connection, choice, datetime.now(UTC))

    def wait(self, **time):
        """Let time pass."""
        self._clock.shift(timedelta(**time))

    def go_to(self, moment):
        """Let it be a moment."""
        self._clock.move_to(moment)

    def look(self):
        """Look for what is due, as each minute; returns how many runs began."""
        with use(Context()):
            return start_due(datetime.now(UTC))

    def start(self, **wanted):
        """Ask for a run; returns the answer."""
        return self.client.post(f"{self.path}/sync", wanted, format="json")

    def run(self, **wanted):
        """Let a whole run happen; returns it as the API shows it."""
        answer = self.start(**wanted)
        assert answer.status_code == 202, answer.json()
        return self.go(answer.json()["id"])

    def go(self, run_id, report=lambda *_: None):
        """Do what the job of a run does."""
        self.platform.asked.clear()
        run_sync(run_id, report)
        return self.show(run_id)

    def show(self, run_id):
        return self.client.get(f"/api/integrations/sync-runs/{run_id}").json()

    @property
    def rows(self):
        """Spend by level, entity and day, of all rows."""
        rows = DailyMetric.objects.filter(connection=self.connection, until=None)
        return {(row.level, row.entity_key, row.date.isoformat()): row.spend_micros for row in rows}

    @property
    def days(self):
        """The days that were asked in the last run, in the order of asking."""
        return [
            (wanted.first.isoformat(), wanted.last.isoformat()) for _, wanted in self.platform.asked
        ]

    def account(self, name="a1"):
        return PlatformAccount.objects.get(connection=self.connection, external_id=name)
