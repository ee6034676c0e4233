"""What is asked of Google's sample customers, and what is right."""

from datetime import date

from apps.integrations.platforms.rows import Account, Slice
from deploy.sandbox.google_samples import AGENCY, AUCKLAND, BERLIN, REGION

FIRST, LAST = date(2026, 11, 10), date(2026, 11, 24)
SHOP = Account(id=BERLIN, name="Shop", currency="EUR", timezone="Europe/Berlin", parent_id=AGENCY)
FAR_SHOP = Account(
    id=AUCKLAND, name="Shop", currency="NZD", timezone="Pacific/Auckland", parent_id=AGENCY
)
MANAGER = Account(id=REGION, name="Region", currency="EUR", timezone="UTC", parent_id=AGENCY)
#: Google's names of measures, and what makes their numbers of the samples millionths.
NAMES = {
    "spend": ("cost_micros", 1),
    "impressions": ("impressions", 1_000_000),
    "clicks": ("clicks", 1_000_000),
    "conversions": ("conversions", 10_000),
    "attributed_revenue": ("conversions_value", 10_000),
}


def wanted(level, first=FIRST, last=LAST, **fields):
    return Slice(stream="metrics", level=level, first=first, last=last, **fields)


def add_up(rows):
    """Return the sums of rows by day and measure."""
    sums = {}
    for row in rows:
        own = sums.setdefault(row.date, {})
        for measure, micros in row.micros.items():
            own[measure] = own.get(measure, 0) + micros
    return sums


def list_right(peer, account, first=FIRST, last=LAST):
    """Return what the peer knows to be the sums."""
    return {
        day: {measure: numbers[name] * scale for measure, (name, scale) in NAMES.items()}
        for day, numbers in peer.list_totals(account.id, first, last).items()
    }
