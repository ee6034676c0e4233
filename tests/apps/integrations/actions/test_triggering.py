"""What starts workflows and flows: sent once, by a person, and without the contact being kept."""

from datetime import date

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.operations import triggering
from apps.integrations.calling.models import RawAnswer
from apps.integrations.connections.models import Connection
from deploy.sandbox.serving import Reply
from omnify.events.models import Outbox
from omnify.idempotency.models import KeptAnswer
from omnify.jobs.models import Job
from tests.apps.auth.people import bearer, send
from tests.apps.integrations.actions.acting import URL
from tests.apps.integrations.platforms.connected import connected
from tests.factories.auth import make_member, make_organization
from tests.peers.hubspot import EVENT, HubSpotPeer
from tests.peers.klaviyo import KlaviyoPeer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
EMAIL = "ann.other@example.com"
WORKFLOWS = "/api/integrations/hubspot/workflows/trigger"
FLOWS = "/api/integrations/klaviyo/flows/trigger"
AWAY = Reply({"message": f"away, {EMAIL}"}, 503)


class Asking:
    """A person who asks for events of a contact, with a connection to a peer."""

    def __init__(self, client, url, event, peer):
        self.client, self.url, self.event, self.peer = client, url, event, peer

    def ask(self, *, key="", client=None, **more):
        body = {"event": self.event, "email": EMAIL, "properties": {"plan": "pro"}, **more}
        headers = {"Idempotency-Key": key} if key else {}
        return (client or self.client).post(self.url, body, format="json", headers=headers)

    def sent(self):
        return self.peer.asked_of("/send" if self.url == WORKFLOWS else "/api/events")


@pytest.fixture
def person(make_principal):
    return make_principal("manager", organization_id=make_organization().id)


@pytest.fixture
def hubspot(person, client_for):
    with HubSpotPeer(TODAY, days=1) as peer, connected("hubspot", peer, person.organization_id):
        yield Asking(client_for(person), WORKFLOWS, EVENT, peer)


@pytest.fixture
def klaviyo(person, client_for):
    with KlaviyoPeer(TODAY, days=1) as peer, connected("klaviyo", peer, person.organization_id):
        yield Asking(client_for(person), FLOWS, "Trial ended", peer)


def code_of(answer, status):
    assert answer.status_code == status, answer.json()
    return answer.json()["code"]


def keeps_contact():
    """Tell whether the contact's address stands anywhere in what was kept."""
    tables = (PlatformAction, RawAnswer, Outbox, KeptAnswer, Job)
    managers = (getattr(table, "unscoped", table.objects) for table in tables)
    rows = [row for manager in managers for row in manager.values()]
    assert rows
    return EMAIL in repr([*map(_unpack, rows)])


def _die(*_told):
    raise MemoryError


def _unpack(row):
    return [bytes(each) if isinstance(each, memoryview) else each for each in row.values()]


class TestWorkflows:
    def test_are_started_by_an_event_that_is_sent(self, hubspot):
        answer = hubspot.ask()

        shown = answer.json()
        assert (answer.status_code, shown["status"], shown["error"]) == (202, "done", None)
        assert (shown["action"], shown["target"]) == ("trigger", {"level": "event", "id": EVENT})
        assert hubspot.client.get(answer.headers["Location"]).json() == shown
        [told] = hubspot.peer.occurrences
        assert told == {
            "eventName": EVENT,
            "email": EMAIL,
            "properties": {"plan": "pro"},
            "uuid": shown["id"],
        }
        assert not keeps_contact()

    def test_are_not_started_where_hubspot_refuses(self, hubspot, caplog):
        answer = hubspot.ask(event="pe4711_unknown")

        problem = answer.json()["error"]
        assert (answer.json()["status"], problem["code"]) == ("failed", "platform_refused")
        assert "No event pe4711_unknown for [hidden]" in problem["message"]
        assert EMAIL not in caplog.text
        assert not keeps_contact()
        assert not RawAnswer.objects.exists()

    def test_need_a_right_that_hubspot_knows_of(self, hubspot):
        hubspot.peer.faults.append(lambda _asked: Reply({"category": "MISSING_SCOPES"}, 403))

        problem = hubspot.ask().json()["error"]
        assert problem["code"] == "access_lost"
        assert "reconnect, and allow that too" in problem["message"]


class TestFlows:
    def test_are_started_by_an_event_of_a_metric(self, klaviyo):
        shown = klaviyo.ask().json()

        assert shown["status"] == "done"
        [told] = klaviyo.peer.events.values()
        assert told["metric"]["data"]["attributes"] == {"name": "Trial ended"}
        assert told["profile"]["data"]["attributes"] == {"email": EMAIL}
        assert (told["properties"], told["unique_id"]) == ({"plan": "pro"}, shown["id"])
        assert not keeps_contact()


class TestStart:
    def test_is_once_for_a_key(self, hubspot):
        first = hubspot.ask(key="k-1")
        again = hubspot.ask(key="k-1")

        assert again.json() == first.json()
        assert len(hubspot.peer.occurrences) == 1
        other = hubspot.ask(key="k-1", email="else@example.com")
        assert code_of(other, 422) == "idempotency_key_reused"
        assert not keeps_contact()

    def test_is_not_repeated_when_the_answer_is_lost(self, hubspot):
        hubspot.peer.faults.append(lambda _asked: AWAY)
        shown = hubspot.ask(key="k-1").json()

        assert (shown["status"], shown["error"]["code"]) == ("unknown", "platform_unreachable")
        assert "look there before you ask again" in shown["error"]["message"]
        assert hubspot.ask(key="k-1").json() == shown
        assert len(hubspot.sent()) == 1
        assert not keeps_contact()

    def test_is_not_repeated_after_its_sender_died(self, hubspot, monkeypatch, caplog):
        monkeypatch.setattr(triggering, "end_action", _die)
        assert hubspot.ask(key="k-1").status_code == 500
        again = hubspot.ask(key="k-1").json()

        assert EMAIL not in caplog.text
        assert (again["status"], again["error"]["code"]) == ("unknown", "unanswered")
        assert len(hubspot.peer.occurrences) == 1

    def test_is_only_looked_at_in_a_dry_run(self, hubspot):
        answer = hubspot.ask(dry_run=True)

        assert (answer.status_code, answer.json()["status"]) == (200, "possible")
        assert not hubspot.peer.ledger
        assert not PlatformAction.unscoped.exists()

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_needs_the_right_of_its_connection(self, hubspot, dry_run):
        Connection.objects.update(scopes=["oauth"])
        answer = hubspot.ask(dry_run=dry_run)

        assert code_of(answer, 409) == "action_not_supported"
        assert "'automation'; reconnect it" in answer.json()["detail"]
        assert not hubspot.peer.ledger

    def test_needs_a_connection_that_is_in_use(self, hubspot):
        Connection.objects.update(paused_at="2026-11-01T00:00Z")
        assert code_of(hubspot.ask(), 409) == "connection_paused"

    def test_is_not_taken_back(self, hubspot):
        made = hubspot.ask().json()
        answer = hubspot.client.post(f"{URL}/{made['id']}/revert")

        assert code_of(answer, 409) == "revert_refused"
        assert "goes on there" in answer.json()["detail"]

    def test_stands_among_the_actions_of_its_connection(self, hubspot, token_of, person):
        made = hubspot.ask().json()
        browser = Client()
        browser.cookies["omnify-access"] = token_of(person)
        own = browser.get(f"/app/integrations/actions/{made['id']}")
        every = browser.get(f"/app/integrations/connections/{made['connection_id']}/actions")

        for page in (own, every):
            assert f"event {EVENT}" in page.content.decode()
        assert "Take back" not in own.content.decode()


class TestRights:
    def test_need_the_permission_to_publish(self, hubspot, client_for, make_principal, person):
        viewer = make_principal("viewer", organization_id=person.organization_id)
        assert code_of(hubspot.ask(client=client_for(viewer)), 403) == "missing_permission"

    def test_are_not_those_of_an_api_key(self, hubspot):
        owner = make_member(make_organization(), "owner")
        body = {"name": "k", "permissions": ["campaign:publish", "integration:view"]}
        key = send(owner, "post", "/api/auth/api-keys", body).json()["key"]
        answer = hubspot.ask(client=APIClient(headers=bearer(key)))

        assert code_of(answer, 403) == "person_required"

    def test_end_at_the_organization(self, hubspot, owner):
        answer = hubspot.ask(client=owner)
        assert code_of(answer, 404) == "platform_not_connected"
