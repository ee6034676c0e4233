"""A platform whose accounts and rows a test holds in memory, and its adapter."""

from datetime import UTC, datetime
from types import SimpleNamespace

from apps.integrations.platforms.port import Adapter
from apps.integrations.platforms.rows import Account, MetricRow, Total
from apps.integrations.platforms.specs import PlatformSpec, Role, StreamSpec

ACCOUNT = Account(id="a1", name="Shop GmbH", currency="EUR", timezone="Europe/Berlin")
METRICS = StreamSpec(name="metrics", level="account")


class Remembered(Adapter):
    """The adapter; ``rows`` maps a slice to what it gives, ``asked`` notes each."""

    def __init__(self, *, accounts=(ACCOUNT,), streams=(METRICS,), **facts):
        usual = {
            "id": "remembered",
            "name": "Remembered",
            "category": "ads",
            "role": Role.SOURCE,
            "connects_by": ("api_key",),
            "measures": ("spend", "clicks"),
            "api_url": "https://remembered.example",
            "api_version": "1",
        }
        self.spec = PlatformSpec(streams=streams, **{**usual, **facts})
        self.accounts, self.asked = list(accounts), []
        self.spend = lambda _account, _day: 1_000_000
        self.totals = lambda account, day: self.spend(account.id, day)

    def refuse_window(self, window):
        if window not in ("", "1d_click"):
            super().refuse_window(window)

    def headers(self, configuration, token):
        return {}

    def classify(self, answer, now):
        """Take every answer."""

    def list_accounts(self, api):
        yield from self.accounts

    def read(self, api, account, wanted):
        self.asked.append((account.id, wanted))
        yield from self.rows(api, account, wanted)

    def rows(self, api, account, wanted):
        """Yield a row for each day on which something was spent."""
        for day in days(wanted.first, wanted.last):
            if (micros := self.spend(account.id, day)) is not None:
                yield metric(account, wanted.level, day, micros)

    def read_totals(self, api, account, wanted):
        for day in days(wanted.first, wanted.last):
            if (micros := self.totals(account, day)) is not None:
                yield Total(date=day, measure="spend", micros=micros)


def metric(account, level, day, micros, *, entity_id="", **others):
    return MetricRow(
        level=level,
        date=day,
        entity_id=entity_id,
        channel="Remembered",
        currency=account.currency,
        micros={"spend": micros},
        **others,
    )


def days(first, last):
    return [
        type(first).fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)
    ]


def asking(now=datetime(2026, 11, 25, 12, tzinfo=UTC)):
    """What an adapter is given that asks nobody."""
    return SimpleNamespace(now=now)
