"""One organization's large requests leave room for the others."""

import threading
from contextlib import ExitStack
from datetime import date
from uuid import UUID, uuid4

import pytest

from apps.analytics.store.queries import facts
from omnify import context as ctx
from omnify import giving_way
from omnify.api import heavy
from omnify.api.heavy import (
    LARGE_FILE_BYTES,
    LARGE_QUERY_DAYS,
    MOST_HEAVY,
    TooMuchAtOnceError,
    heavy_work,
    place_for,
)
from omnify.context import Context
from omnify.giving_way import request_under_way
from tests.apps.integrations.imports import pages
from tests.apps.integrations.imports.reading.workbooks import workbook_of
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION
from tests.factories.agentkit import make_agent
from tests.world import import_file

FORECAST = {"metric": "revenue", "grain": "week", "horizon": 4}
LARGE = "day,sales,tv_spend,note\n" + "2026-01-01,1,1,a long remark\n" * (LARGE_FILE_BYTES // 16)
SMALL_WORKBOOK = workbook_of([["day", "sales"], ["2026-01-01", "1"]])
DAYS = {"from": "2010-01-01", "to": "2012-01-01"}


@pytest.fixture
def occupied():
    """Occupies what an organization may have under way."""
    with ExitStack() as stack:

        def occupy(organization_id, count=MOST_HEAVY):
            for _ in range(count):
                stack.enter_context(place_for(organization_id))

        yield occupy


class TestHeavyWork:
    def test_is_under_way_twice_at_most_for_an_organization(self, occupied):
        mine, other = uuid4(), uuid4()
        occupied(mine)

        with ctx.use(Context(organization_id=mine)), pytest.raises(TooMuchAtOnceError):
            heavy_work().__enter__()
        with ctx.use(Context(organization_id=other)), heavy_work():
            pass

    def test_waits_for_the_other_one(self):
        mine, begun = uuid4(), threading.Event()

        def work():
            with ctx.use(Context(organization_id=mine)), heavy_work():
                begun.set()

        with ctx.use(Context(organization_id=mine)), heavy_work():
            other = threading.Thread(target=work)
            other.start()
            while heavy._running[mine] < MOST_HEAVY and not begun.is_set():
                pass
            assert not begun.is_set()
        other.join()

        assert begun.is_set()

    def test_does_not_wait_for_its_turn_if_it_is_done_elsewhere(self):
        mine, done = uuid4(), threading.Event()

        def wait():
            with ctx.use(Context(organization_id=mine)), heavy_work(elsewhere=True):
                done.set()

        with ctx.use(Context(organization_id=mine)), heavy_work():
            other = threading.Thread(target=wait)
            other.start()
            assert done.wait(60)
        other.join()

    def test_makes_a_request_long(self):
        with request_under_way(), heavy_work(when=False):
            assert giving_way._short
        with request_under_way(), heavy_work():
            assert not giving_way._short

    def test_leaves_its_place_also_when_it_fails(self, occupied):
        mine = uuid4()
        occupied(mine, MOST_HEAVY - 1)

        with ctx.use(Context(organization_id=mine)):
            for _ in range(3):
                with pytest.raises(ZeroDivisionError), heavy_work():
                    raise ZeroDivisionError

    def test_does_not_count_what_is_small(self, occupied):
        mine = uuid4()
        occupied(mine)

        with ctx.use(Context(organization_id=mine)), heavy_work(when=False):
            pass


ASK = {
    "a forecast": lambda owner: owner.get("/api/predictive/forecast", FORECAST),
    "a forecast by a body": lambda owner: owner.post(
        "/api/predictive/forecast", FORECAST, format="json"
    ),
    "an agent's execution": lambda owner: owner.post(
        f"/api/agentkit/agents/{make_agent(owner.organization_id).id}/execute",
        {},
        format="json",
    ),
    "a query over many days": lambda owner: query(owner, **DAYS),
    "a large file": lambda owner: send(owner, LARGE),
    "the preview of one": lambda owner: send(owner, LARGE, query="?preview=true"),
    "a workbook of any size": lambda owner: send(owner, SMALL_WORKBOOK),
}


@pytest.mark.django_db(transaction=True)
class TestHeavyRequests:
    """An organization that has as much under way as it may is told when to come back."""

    @pytest.mark.parametrize("ask", ASK.values(), ids=ASK.keys())
    def test_are_refused_beyond_two_at_once(self, owner, occupied, ask):
        occupied(owner.organization_id)

        answer = ask(owner)

        assert (answer.status_code, answer.json()["code"]) == (429, "too_much_at_once")
        assert answer["Retry-After"] == "2"

    def test_on_pages_are_refused_too(self, client, registered, occupied):
        signing_in = {name: REGISTRATION[name] for name in ("email", "password")}
        client.post("/app/auth/sign-in", signing_in)
        occupied(UUID(registered.answer["organization"]["id"]))

        answer = pages.send(client, "check", LARGE)

        assert b"large requests under way" in answer.content
        assert answer["Retry-After"] == "2"

    @pytest.mark.parametrize("step", ["columns", "check", "import"])
    def test_of_a_workbook_are_refused_at_each_step(self, client, registered, occupied, step):
        signing_in = {name: REGISTRATION[name] for name in ("email", "password")}
        client.post("/app/auth/sign-in", signing_in)
        address = pages.upload(client, SMALL_WORKBOOK, name="book.xlsx")["Location"]
        occupied(UUID(registered.answer["organization"]["id"]))

        ask = client.post if step == "import" else client.get
        answer = ask(address.replace("columns", step))

        assert (answer.status_code, answer["Retry-After"]) == (429, "2")

    def test_do_not_hold_up_small_ones(self, owner, occupied):
        import_file(owner)
        occupied(owner.organization_id)
        few = date.fromordinal(date(2019, 1, 1).toordinal() + LARGE_QUERY_DAYS)

        assert query(owner, **{"from": "2019-01-01", "to": few.isoformat()}).status_code == 200
        assert send(owner, query="?preview=true").status_code == 200


@pytest.fixture
def looks(monkeypatch):
    """The first looks of long requests for short ones at each stage; one is under way."""
    monkeypatch.setattr(giving_way, "STRIDE", 10**9)
    monkeypatch.setattr(giving_way, "_short", {*giving_way._short, object()})
    found = []
    monkeypatch.setattr(giving_way, "_wait", found.append)
    return found


@pytest.mark.django_db(transaction=True)
class TestLongRequests:
    """They give way while they make facts of rows, look for foreign money, and sum."""

    def test_look_for_short_ones_at_each_stage(self, owner, looks):
        import_file(owner)
        take_in(owner, looks)

        assert query(owner, **{"from": "2018-01-01", "to": "2019-12-31"}).status_code == 200

        assert len(looks) == len(("facts", "foreign money", "sums"))

    def test_are_those_that_read_many_metrics(self, owner, looks, monkeypatch):
        import_file(owner)
        take_in(owner, looks)
        few = {"from": "2019-01-01", "to": "2019-01-31"}

        assert query(owner, **few).status_code == 200
        assert looks == []

        monkeypatch.setattr(facts, "_LONG_READ", 1)
        assert query(owner, **few).status_code == 200
        assert looks


def take_in(owner, looks):
    """Let the store have what was imported, which the first question brings else."""
    query(owner, **{"from": "2019-01-01", "to": "2019-01-01"})
    looks.clear()


def query(owner, **days):
    return owner.post("/api/analytics/query", {"measures": ["spend"], **days}, format="json")
