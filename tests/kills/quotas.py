"""Let a day pass under an app's quotas: ``python -m tests.kills.quotas --connections 10000``.

All connections are due at once, one of a hundred wants fifty times what the others want, and the
app may make fewer calls an hour than they want together. Succeeds if no quota is exceeded in any
span of its length, every connection has its calls within the day, and none waits much longer than
all calls take at the rate of the quotas.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta

from settings.test import TEST_ENVIRONMENT

#: Windows slide in steps, and who is sent away comes back at a full minute.
TOLERANCE = 1.25
DAY_MINUTES = 24 * 60


def main():
    """Make the database, let the day pass, and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="omnify-quotas-") as folder:
        os.environ |= {
            **TEST_ENVIRONMENT,
            "DATABASE_URL": f"sqlite:///{folder}/quotas.sqlite3",
            "DJANGO_SETTINGS_MODULE": "settings.monolith",
            "LOG_LEVEL": "CRITICAL",
        }
        return 0 if _pass_a_day(asked.connections) else 1


def _pass_a_day(count):
    import django

    django.setup()

    from django.core.management import call_command

    from apps.integrations.platforms.port import Limit
    from tests.kills.quota_day import GREEDY_CALLS, USUAL_CALLS, Day

    call_command("migrate", verbosity=0)
    hourly = Limit(key="app", calls=max(40, count * 6 // 25), seconds=3600)
    limits = [hourly, Limit(key="app", calls=hourly.calls // 5, seconds=60)]
    day = Day(count, limits)
    before, begun = _most_megabytes(), time.monotonic()
    day.pass_by(DAY_MINUTES)
    grown = _most_megabytes() - before
    for limit in limits:
        print(f"{limit.calls:>6,} calls in {limit.seconds:>5,} s: at most {day.most[limit]:,}")
    share = timedelta(seconds=day.share)
    usual, greedy = (max(waits.values()) for waits in (day.waits, day.long_waits))
    served = len(day.waits) + len(day.long_waits)
    print(
        f"{count:,} connections, {day.calls:,} of {day.wanted:,} calls; {served:,} have all of"
        f" theirs\nlongest wait: {usual} for {USUAL_CALLS} calls, {greedy} for {GREEDY_CALLS}; all"
        f" calls take {share} at that rate\n"
        f"{grown:.0f} MB more at most; simulated in {time.monotonic() - begun:.0f} s"
    )
    is_within = all(day.most[limit] <= limit.calls for limit in limits)
    return is_within and served == count and max(usual, greedy) <= TOLERANCE * share


def _most_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
