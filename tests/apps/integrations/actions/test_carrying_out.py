"""Actions are carried out exactly, once, and looked for where an answer is lost."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from apps.integrations.actions.operations.carrying_out import carry_out, end_left
from apps.integrations.actions.operations.requesting import request_action
from apps.integrations.contract import ActionRequest, ActionTarget
from apps.integrations.platforms import registry
from apps.integrations.platforms.google_ads.acting import GoogleActor
from deploy.sandbox.google_samples import BERLIN
from omnify.context import Context, current, use
from omnify.events.models import Outbox
from omnify.jobs.models import Job
from tests.apps.auth.parallel import try_at_once
from tests.apps.integrations.calling.scripted import Clock
from tests.world import run_jobs

pytestmark = pytest.mark.django_db
SEARCH, FILMS = "311", "314"
SHOP = "200101"
BUDGET = f"customers/{BERLIN}/campaignBudgets/7{SEARCH}"
#: What is asked for, and what Google is sent: millionths.
AT_GOOGLE = [
    ("JPY", "15000", "15000", 15_000_000_000),
    ("KRW", "150000", "150000", 150_000_000_000),
    ("HUF", "12345.50", "12345.50", 12_345_500_000),
    ("KWD", "12.345", "12.345", 12_345_000),
    ("USD", "80.05", "80.05", 80_050_000),
]
#: And Meta: hundredths, or whole units of some currencies.
AT_META = [
    ("JPY", "15000", "15000", "15000"),
    ("KRW", "150000", "150000", "150000"),
    ("HUF", "12345", "12345.00", "12345"),
    ("USD", "80.05", "80.05", "8005"),
]


class TestSetBudget:
    @pytest.mark.parametrize(("currency", "amount", "shown", "sent"), AT_GOOGLE)
    def test_is_exact_at_google_and_back(self, google_in, currency, amount, shown, sent):
        with google_in(currency) as acts:
            budget = acts.peer.changes.budgets[SEARCH]
            before = budget.micros
            done = acts.do(SEARCH, amount=amount, currency=currency)

            assert (done["status"], done["after"]["amount"]) == ("done", shown)
            assert (done["account"], done["after"]["currency"]) == (BERLIN, currency)
            assert budget.micros == sent
            assert acts.go(acts.revert(done))["after"] == done["before"]
            assert budget.micros == before

    @pytest.mark.parametrize(("currency", "amount", "shown", "sent"), AT_META)
    def test_is_exact_at_meta_and_back(self, meta_in, currency, amount, shown, sent):
        with meta_in(currency) as acts:
            done = acts.do(SHOP, amount=amount, currency=currency)
            back = acts.go(acts.revert(done))

            assert (done["status"], done["after"]["amount"]) == ("done", shown)
            assert (back["status"], back["after"]) == ("done", done["before"])
            assert acts.peer.changes.writes == [
                (SHOP, {"daily_budget": sent}),
                (SHOP, {"daily_budget": "8000"}),
            ]

    def test_sends_nothing_where_it_is_so_already(self, google):
        done = google.do(SEARCH, amount="80.00", currency="EUR")

        assert (done["status"], done["before"]) == ("done", done["after"])
        assert google.peer.changes.writes == []

    def test_sends_nothing_where_the_currency_is_another_by_now(self, google):
        asked = google.ask(SEARCH, amount="90.00", currency="JPY")
        failed = google.go(asked)

        assert (failed["status"], failed["error"]["code"]) == ("failed", "action_invalid")
        assert "EUR, not JPY" in failed["error"]["message"]
        assert google.peer.changes.writes == []


class TestPause:
    @pytest.mark.parametrize("target", [("campaign", "311"), ("ad_group", "3111")])
    def test_pauses_and_resumes_at_google(self, google, target):
        paused = google.do(target, "pause")
        assert (paused["before"]["status"], paused["after"]["status"]) == ("active", "paused")
        resumed = google.do(target, "resume")
        assert (resumed["before"]["status"], resumed["after"]["status"]) == ("paused", "active")

    def test_pauses_one_ad_of_two_groups_at_google(self, google):
        paused = google.do(("ad", "3111~3118"), "pause")

        assert paused["status"] == "done"
        assert google.peer.changes.statuses == {
            f"customers/{BERLIN}/adGroupAds/3111~3118": "PAUSED"
        }

    @pytest.mark.parametrize("target", [("campaign", SHOP), ("ad_group", f"{SHOP}9")])
    def test_pauses_at_meta_and_is_taken_back(self, meta, target):
        paused = meta.do(target, "pause")
        back = meta.go(meta.revert(paused))

        assert (paused["status"], back["status"]) == ("done", "done")
        assert [body["status"] for _, body in meta.peer.changes.writes] == ["PAUSED", "ACTIVE"]

    def test_says_what_meta_refuses(self, meta):
        meta.peer.changes.may_write = False
        failed = meta.do(("ad", "2001101"), "pause")

        assert (failed["status"], failed["error"]["code"]) == ("failed", "access_lost")
        assert "reconnect" in failed["error"]["message"]
        assert failed["error"]["request_id"].startswith("trace-")

    def test_fails_where_no_account_has_it(self, google):
        failed = google.do("999", "pause")

        assert (failed["status"], failed["error"]["code"]) == ("failed", "target_not_found")


class TestLostAnswer:
    def write(self, google, amount=None):
        """Return what happens at Google although nobody hears of it."""

        def happens(asked):
            body = json.loads(asked.body)
            if amount is not None:
                body["operations"][0]["update"]["amountMicros"] = str(amount)
            customer = google.peer.customers[BERLIN]
            google.peer.changes.mutate(customer, "campaignBudgets", body)

        return happens

    def test_is_done_where_the_value_is_there(self, google):
        google.lose(":mutate", self.write(google))
        done = google.do(SEARCH, amount="90.00", currency="EUR")

        assert (done["status"], done["after"]["amount"]) == ("done", "90.00")
        assert len(google.peer.asked_of(":mutate")) == 1

    def test_has_failed_where_the_former_value_stays(self, google):
        google.lose(":mutate")
        failed = google.do(SEARCH, amount="90.00", currency="EUR")

        assert (failed["status"], failed["error"]["code"]) == ("failed", "not_carried_out")
        assert "80.00 EUR still" in failed["error"]["message"]
        assert len(google.peer.asked_of(":mutate")) == 1

    def test_is_unknown_where_a_third_value_is_there(self, google):
        google.lose(":mutate", self.write(google, 70_000_000))
        unknown = google.do(SEARCH, amount="90.00", currency="EUR")

        assert (unknown["status"], unknown["error"]["code"]) == ("unknown", "value_differs")
        assert "70.00 EUR" in unknown["error"]["message"]

    def test_is_unknown_where_it_cannot_be_read(self, google):
        def happens(asked):
            self.write(google)(asked)
            google.lose("searchStream", times=3)

        google.lose(":mutate", happens)
        unknown = google.do(SEARCH, amount="90.00", currency="EUR")

        assert (unknown["status"], unknown["error"]["code"]) == ("unknown", "platform_unreachable")
        assert unknown["before"]["amount"] == "80.00"

    def test_is_looked_for_after_its_sender_died(self, google):
        asked = google.revert(google.do(SEARCH, amount="90.00", currency="EUR"))
        before = {"status": "active", "budget_micros": 90_000_000, "currency": "EUR"}
        google.rows.filter(status="queued").update(sent_at=datetime.now(UTC), before=before)
        google.peer.changes.budgets[SEARCH].micros = 80_000_000

        assert google.go(asked)["status"] == "done"
        assert len(google.peer.asked_of(":mutate")) == 1
        # Who sent it may be alive, and its request under way.
        assert 80 < google.clock.waits[0] <= 90

    def test_ends_with_its_job(self, google):
        asked = google.ask(SEARCH, amount="90.00", currency="EUR")
        Job.objects.update(state="failed", finished_at=datetime.now(UTC) - timedelta(minutes=6))
        with use(Context()):
            assert end_left(datetime.now(UTC)) == 1

        ended = google.show(asked)
        assert (ended["status"], ended["error"]["code"]) == ("failed", "job_ended")


class TestNotSupported:
    @pytest.mark.parametrize(
        ("target", "action", "change", "code"),
        [
            (FILMS, "set_budget", {}, "campaign_is_video"),
            (FILMS, "pause", {}, "campaign_is_video"),
            (SEARCH, "set_budget", {"is_shared": True}, "budget_is_shared"),
            (SEARCH, "set_budget", {"period": "CUSTOM_PERIOD"}, "budget_is_lifetime"),
            (("ad_group", "3111"), "set_budget", {}, "budget_is_elsewhere"),
            ("316", "resume", {}, "target_is_gone"),
        ],
    )
    def test_says_why_at_google(self, google, target, action, change, code):
        for name, value in change.items():
            setattr(google.peer.changes.budgets[SEARCH], name, value)
        self.check(google, target, action, code)

    @pytest.mark.parametrize(
        ("target", "action", "change", "code"),
        [
            (("ad_group", f"{SHOP}9"), "set_budget", {}, "budget_is_elsewhere"),
            (SHOP, "set_budget", {"daily_budget": None}, "budget_is_elsewhere"),
            (
                SHOP,
                "set_budget",
                {"daily_budget": 0, "lifetime_budget": 90_000},
                "budget_is_lifetime",
            ),
            (
                ("ad", "2001101"),
                "pause",
                {"smart_promotion_type": "AUTOMATED_SHOPPING_ADS"},
                "campaign_is_automated",
            ),
            (("ad", "2001101"), "set_budget", {}, "budget_is_elsewhere"),
            ("200103", "resume", {}, "target_is_gone"),
        ],
    )
    def test_says_why_at_meta(self, meta, target, action, change, code):
        for name, value in change.items():
            setattr(meta.peer.changes.things[SHOP], name, value)
        self.check(meta, target, action, code)

    def check(self, acts, target, action, code):
        money = {"amount": "90.00", "currency": "EUR"} if action == "set_budget" else {}
        ended = acts.do(target, action, **money)

        assert (ended["status"], ended["error"]["code"]) == ("not_supported", code)
        assert ended["error"]["message"]
        assert acts.peer.changes.writes == []


class Together(GoogleActor):
    """Google's actor, whose first so many readings end together, before anything is sent."""

    def __init__(self, readings):
        self.barrier, self.left = threading.Barrier(readings), [None] * readings

    def find(self, *asked):
        found = super().find(*asked)
        if self.left:
            self.left.pop()
            self.barrier.wait(timeout=20)
        return found


class TestAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_one_is_asked_for(self, google):
        context = current()
        wanted = ActionRequest(
            connection_id=google.connection.id,
            action="pause",
            target=ActionTarget(level="campaign", id=SEARCH),
        )

        def ask(_):
            with use(context):
                return request_action(wanted).id

        results, refusals = try_at_once(ask, tries=8)
        assert (len(results), refusals) == (1, {"action_under_way": 7})

    @pytest.mark.django_db(transaction=True)
    def test_one_is_sent(self, google, monkeypatch):
        monkeypatch.setattr(registry, "ACTORS", {"google_ads": Together(2)})
        context, asked = current(), google.ask(SEARCH, "pause").json()

        def carry(_):
            with use(context):
                carry_out(asked["id"], now=datetime.now(UTC), clock=Clock())

        try_at_once(carry, tries=2)
        assert len(google.peer.changes.writes) == 1


class TestJob:
    @pytest.mark.django_db(transaction=True)
    def test_carries_it_out_once_and_tells_of_it(self, google, person):
        asked = google.ask(SEARCH, amount="90.00", currency="EUR")
        with use(Context()):
            ended = {job.kind: job.state for job in run_jobs("integrations")}
        carry_out(asked.json()["id"], now=datetime.now(UTC), clock=Clock())

        assert ended == {"integrations.carry_out_action": "succeeded"}
        assert google.peer.changes.writes == [(BUDGET, "amountMicros", "90000000")]
        [event] = Outbox.objects.filter(topic="integrations.action.executed")
        assert b'"status":"done"' in bytes(event.payload).replace(b" ", b"")
        audits = Outbox.objects.filter(topic="omnify.audit.recorded").order_by("id")
        texts = [bytes(each.payload).decode() for each in audits]
        texts = [text for text in texts if "integrations.action" in text]
        assert len(texts) == 2
        assert all(str(person.user_id) in text and "90.00 EUR" in text for text in texts)
