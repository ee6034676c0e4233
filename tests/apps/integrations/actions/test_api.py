"""Who may ask for what, once; what is only tried; what is taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from apps.integrations.actions.models import PlatformAction
from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from apps.integrations.contract import ActionRequest, ActionTarget, Integrations
from omnify.context import current
from omnify.jobs.models import Job
from omnify.services import client_of
from tests.apps.auth.people import bearer, send
from tests.apps.integrations.actions.acting import URL
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
SEARCH, SHOPPING, FILMS = "311", "312", "314"
MONEY = {"amount": "90.00", "currency": "EUR"}


def code_of(answer, status):
    assert answer.status_code == status, answer.json()
    return answer.json()["code"]


class TestAsk:
    def test_is_once_for_a_key(self, google):
        first = google.ask(SEARCH, **MONEY, key="k-1")
        google.go(first)
        again = google.ask(SEARCH, **MONEY, key="k-1")

        assert again.json() == first.json()
        assert Job.objects.filter(kind="integrations.carry_out_action").count() == 1
        assert code_of(google.ask(SHOPPING, **MONEY, key="k-1"), 422) == "idempotency_key_reused"

    def test_is_refused_while_another_on_the_target_is_under_way(self, google):
        first = google.ask(SEARCH, **MONEY)
        second = google.ask(SEARCH, "pause")

        assert code_of(second, 409) == "action_under_way"
        assert first.json()["id"] in second.json()["detail"]
        assert google.ask(SHOPPING, "pause").status_code == 202
        google.go(first)
        assert google.ask(SEARCH, "pause").status_code == 202

    @pytest.mark.parametrize(
        ("more", "field", "words"),
        [
            ({}, "amount", "Say the budget"),
            ({"amount": "90.00"}, "currency", "Say the currency"),
            ({"amount": "90.00", "currency": "USD"}, "currency", "EUR or JPY, not USD"),
            ({"amount": "90.00", "currency": "XYZ"}, "currency", "unknown"),
            ({"amount": "90.001", "currency": "EUR"}, "amount", "steps of 0.01"),
            ({"amount": f"90.{'0' * 40}1", "currency": "EUR"}, "amount", "steps of 0.01"),
            ({"amount": "0", "currency": "EUR"}, "amount", "more than nothing"),
        ],
    )
    def test_refuses_money_that_google_does_not_take(self, google, more, field, words):
        answer = google.ask(SEARCH, **more)

        assert code_of(answer, 422) == "action_invalid"
        problems = {each["field"]: each["message"] for each in answer.json()["errors"]}
        assert words in problems[field]

    @pytest.mark.parametrize(("currency", "amount"), [("KWD", "12.345"), ("HUF", "12345.50")])
    def test_refuses_money_that_meta_does_not_take(self, meta_in, currency, amount):
        with meta_in(currency) as acts:
            answer = acts.ask("200101", amount=amount, currency=currency)

            assert code_of(answer, 422) == "action_invalid"

    def test_refuses_money_for_a_pause(self, google):
        assert code_of(google.ask(SEARCH, "pause", **MONEY), 422) == "action_invalid"


class TestConnection:
    def refuse(self, google, **changes):
        Connection.objects.filter(id=google.connection.id).update(**changes)
        return google.ask(SEARCH, "pause")

    def test_is_refused_while_it_is_paused(self, google):
        answer = self.refuse(google, paused_at=datetime.now(UTC))
        assert code_of(answer, 409) == "connection_paused"
        assert "resume it" in answer.json()["detail"]

    def test_is_refused_once_it_is_disconnected(self, google):
        answer = self.refuse(google, disconnected_at=datetime.now(UTC))
        assert code_of(answer, 409) == "connection_paused"

    def test_is_refused_as_an_aggregator(self, google):
        answer = self.refuse(google, role="aggregator", platform="youtube_ads")
        assert code_of(answer, 409) == "action_not_supported"
        assert "google_ads" in answer.json()["detail"]

    def test_is_refused_without_consent(self, google):
        Credential.objects.update(ended_at=datetime.now(UTC))
        assert code_of(self.refuse(google), 409) == "reauthorise"

    def test_is_refused_where_nothing_can_be_done(self, google):
        assert code_of(self.refuse(google, platform="shopify"), 409) == "action_not_supported"

    def test_takes_its_actions_with_it(self, google):
        google.ask(SEARCH, "pause")
        Connection.objects.filter(id=google.connection.id).delete()
        assert not PlatformAction.unscoped.exists()


class TestRights:
    def test_need_the_permission_to_publish(self, google, client_for, make_principal, person):
        viewer = make_principal("viewer", organization_id=person.organization_id)
        answer = google.ask(SEARCH, "pause", client=client_for(viewer))

        assert code_of(answer, 403) == "missing_permission"
        assert client_for(viewer).get(URL).json() == {"results": [], "next": None}

    def test_are_not_those_of_an_api_key(self, google, person):
        owner = make_member(make_organization(), "owner")
        body = {"name": "k", "permissions": ["campaign:publish", "integration:view"]}
        key = send(owner, "post", "/api/auth/api-keys", body).json()["key"]
        answer = google.ask(SEARCH, "pause", client=APIClient(headers=bearer(key)))

        assert code_of(answer, 403) == "person_required"
        assert "analytics" in answer.json()["detail"]

    def test_end_at_the_organization(self, google, owner):
        asked = google.ask(SEARCH, "pause")
        action = asked.headers["Location"]

        assert code_of(google.ask(SEARCH, "pause", client=owner), 404) == "connection_not_found"
        assert code_of(owner.get(action), 404) == "action_not_found"
        assert code_of(owner.post(f"{action}/revert"), 404) == "action_not_found"
        assert owner.get(URL).json()["results"] == []

    def test_are_asked_of_other_services_too(self, google):
        wanted = ActionRequest(
            connection_id=google.connection.id,
            action="pause",
            target=ActionTarget(level="campaign", id=SEARCH),
        )
        made = client_of(Integrations).execute_action(wanted)

        assert (made.status, made.requested_by) == ("queued", current().principal.user_id)
        [row] = google.client.get(f"{URL}?connection_id={google.connection.id}").json()["results"]
        assert row["id"] == str(made.id)


class TestDryRun:
    def test_tells_what_would_be_and_lets_google_check_it(self, google):
        answer = google.ask(SEARCH, **MONEY, dry_run=True)

        assert answer.status_code == 200, answer.json()
        assert answer.json() == {
            "status": "possible",
            "before": {"status": "active", "amount": "80.00", "currency": "EUR"},
            "after": {"status": "active", "amount": "90.00", "currency": "EUR"},
            "error": None,
        }
        [checked] = google.peer.asked_of(":mutate")
        assert checked.json["validateOnly"] is True
        assert google.peer.changes.writes == []
        assert not google.rows.exists()

    def test_only_reads_at_meta(self, meta):
        answer = meta.ask("200101", "pause", dry_run=True)

        assert answer.json()["after"]["status"] == "paused"
        assert {asked.method for asked in meta.peer.ledger} == {"GET"}

    def test_tells_what_cannot_be(self, google):
        answer = google.ask(FILMS, "pause", dry_run=True)

        assert answer.status_code == 200
        assert answer.json()["status"] == "not_supported"
        assert answer.json()["error"]["code"] == "campaign_is_video"

    def test_tells_that_there_is_no_such_thing(self, google):
        assert code_of(google.ask("999", "pause", dry_run=True), 404) == "target_not_found"

    def test_tells_what_google_says_of_an_id(self, google):
        assert code_of(google.ask("a-1", "pause", dry_run=True), 422) == "platform_refused"


class TestRevert:
    def test_is_once_for_a_key_and_once_at_all(self, google):
        done = google.do(SEARCH, **MONEY)
        first = google.revert(done, key="r-1")
        back = google.go(first)

        assert (back["reverts"], back["after"]["amount"]) == (done["id"], "80.00")
        assert google.revert(done, key="r-1").json() == first.json()
        assert code_of(google.revert(done), 409) == "revert_refused"
        assert code_of(google.revert(back), 409) == "revert_refused"
        assert len(google.peer.changes.writes) == 2

    @pytest.mark.parametrize(
        ("age", "status"),
        [(timedelta(days=6, hours=23), 202), (timedelta(days=7, minutes=1), 409)],
    )
    def test_is_possible_for_seven_days(self, google, age, status):
        done = google.do(SEARCH, **MONEY)
        google.rows.update(finished_at=datetime.now(UTC) - age)
        answer = google.revert(done)

        assert answer.status_code == status
        assert status == 202 or "7 days" in answer.json()["detail"]

    def test_is_refused_where_somebody_changed_it_since(self, google):
        done = google.do(SEARCH, **MONEY)
        google.peer.changes.budgets[SEARCH].micros = 95_000_000
        answer = google.revert(done)

        assert code_of(answer, 409) == "revert_refused"
        assert "95.00 EUR" in answer.json()["detail"]

    def test_fails_where_somebody_changes_it_meanwhile(self, google):
        asked = google.revert(google.do(SEARCH, **MONEY))
        google.peer.changes.budgets[SEARCH].micros = 95_000_000
        failed = google.go(asked)

        assert (failed["status"], failed["error"]["code"]) == ("failed", "value_changed")
        assert "95.00 EUR" in failed["error"]["message"]

    def test_is_refused_of_what_was_not_done(self, google):
        assert code_of(google.revert(google.do(FILMS, "pause")), 409) == "revert_refused"
