"""A day on which many connections share an app's quotas: the real planner and ledger."""

from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from apps.integrations.calling.operations import ledger
from apps.integrations.platforms.refusals import ThrottledError
from apps.integrations.syncing.models import SyncRun
from apps.integrations.syncing.operations.starting import start_due
from omnify.context import Context, use
from tests.factories.integrations import make_many_synced

START = datetime(2026, 11, 25, tzinfo=UTC)
PLATFORM = "google_ads"
MINUTE = timedelta(minutes=1)
#: Of so many connections one wants very much more than the others.
GREEDY_ONE_OF, GREEDY_CALLS, USUAL_CALLS = 100, 100, 2


class Day:
    """All connections are due at once, and each wants some calls.

    Attributes:
        limits: of the app; they are counted here too, apart from the ledger.
        calls: that were made.
        waits: by connection how long it took until it had all its calls; of those who want
            much in ``long_waits``.
        most: by limit the most calls in any span of its length.
    """

    def __init__(self, count, limits):
        self.limits = limits
        self.calls, self.most = 0, Counter()
        self.waits, self.long_waits = {}, {}
        self._greedy = set()
        self._spans = [deque() for _ in limits]
        self._wanted = {}
        due = {"next_sync_at": START, "interval_minutes": 24 * 60}
        for number, each in enumerate(make_many_synced(uuid4(), PLATFORM, count, **due)):
            self._wanted[each.id] = USUAL_CALLS
            if number % GREEDY_ONE_OF == 0:
                self._greedy.add(each.id)
                self._wanted[each.id] = GREEDY_CALLS
        self.wanted = sum(self._wanted.values())

    @property
    def share(self):
        """How long all that is wanted takes at the rate of the quota that allows least."""
        return max(limit.seconds * self.wanted / limit.calls for limit in self.limits)

    def pass_by(self, minutes):
        """Let so many minutes pass; each begins with a look for what is due."""
        for minute in range(minutes):
            now = START + minute * MINUTE
            with use(Context()):
                start_due(now)
            queued = SyncRun.unscoped.filter(state=SyncRun.State.QUEUED).order_by("id")
            for run_id, connection_id in list(queued.values_list("id", "connection_id")):
                facts = self._ask(connection_id, now)
                SyncRun.unscoped.filter(id=run_id).update(**facts)

    def _ask(self, connection_id, now):
        """Make the calls of a run as far as its quotas allow; return what becomes of it."""
        while self._wanted[connection_id]:
            try:
                ledger.reserve(PLATFORM, connection_id, self.limits, ["app"], now)
            except ThrottledError as refusal:
                return {"state": SyncRun.State.WAITING, "resume_at": refusal.until}
            self._wanted[connection_id] -= 1
            self._count(now)
        ledger.leave(connection_id)
        waits = self.long_waits if connection_id in self._greedy else self.waits
        waits[connection_id] = now - START
        return {"state": SyncRun.State.SUCCEEDED, "finished_at": now}

    def _count(self, now):
        self.calls += 1
        for limit, span in zip(self.limits, self._spans, strict=True):
            span.append(now)
            while span[0] <= now - timedelta(seconds=limit.seconds):
                span.popleft()
            self.most[limit] = max(self.most[limit], len(span))
