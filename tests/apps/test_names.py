"""Names are one line that can be seen, so that nobody writes our mails or others' lists."""

import json

import pytest

from apps.auth.models import Organization, User
from tests.cases import read_case
from tests.conftest import REGISTRATION
from tests.factories.auth import make_member, make_organization, make_user, open_client

pytestmark = pytest.mark.django_db
CASE = json.loads(read_case("17-invitation", "name.json"))["organization_name"]
#: A line break, a control, a mark that turns the direction of writing, and nothing to be seen.
BAD = [CASE, "Acme\u2028Ltd", "Acme\x07", "Acme \u202eemca", "Acme\u2066", "\u200b", "\u200b\u200d"]
ROLE = {"name": "Analyst", "permissions": []}
KEY = {"name": "Report", "permissions": ["analytics:view"]}
VIEW = {
    "name": "Spend",
    "query": {"measures": ["spend"], "from": "2026-01-01", "to": "2026-01-02"},
}
FORM = {
    **{name: value for name, value in REGISTRATION.items() if name != "accepted_documents"},
    "timezone": "UTC",
    "accepts": "on",
}
AGENT = {"name": "Analyst", "type": "analytics"}


def refused(answer, field):
    errors = answer.json().get("errors", [])
    return answer.status_code, [(error["field"], error["code"]) for error in errors] == [
        (field, "invalid")
    ]


@pytest.mark.parametrize("name", BAD)
class TestBadNames:
    @pytest.mark.parametrize("field", ["organization_name", "first_name", "last_name"])
    def test_do_not_register(self, api, name, field):
        answer = api.post("/api/auth/register", {**REGISTRATION, field: name}, format="json")

        assert refused(answer, field) == (400, True)
        assert User.objects.count() == 0

    @pytest.mark.parametrize("field", ["organization_name", "first_name", "last_name"])
    def test_do_not_register_on_the_page(self, client, name, field):
        answer = client.post("/app/auth/register", {**FORM, field: name})

        assert answer.status_code == 400
        assert User.objects.count() == 0

    @pytest.mark.parametrize(
        ("route", "body", "field"),
        [
            ("patch /api/organizations/me", {}, "name"),
            ("patch /api/auth/me", {}, "first_name"),
            ("post /api/organizations/brands", {}, "name"),
            ("post /api/rbac/roles", ROLE, "name"),
            ("post /api/rbac/roles", ROLE, "description"),
            ("post /api/auth/api-keys", KEY, "name"),
            ("post /api/analytics/views", VIEW, "name"),
            ("post /api/agentkit/agents", AGENT, "name"),
            ("post /api/agentkit/agents", AGENT, "description"),
        ],
    )
    def test_are_refused_wherever_a_name_is_given(self, registered, route, body, field, name):
        method, path = route.split()

        answer = getattr(registered, method)(path, {**body, field: name}, format="json")

        assert refused(answer, field) == (400, True)

    def test_are_refused_of_devices(self, api, registered, name):
        body = {key: REGISTRATION[key] for key in ("email", "password")}

        answer = api.post("/api/auth/login", {**body, "device_name": name}, format="json")

        assert refused(answer, "device_name") == (400, True)


class TestNames:
    def test_are_kept_in_one_form_without_spaces_around(self, registered):
        body = {"name": "  Cafe\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467\n"}

        answer = registered.patch("/api/organizations/me", body, format="json")

        assert answer.status_code == 200
        assert answer.json()["name"] == "Caf\u00e9 \U0001f468\u200d\U0001f469\u200d\U0001f467"

    def test_are_kept_in_one_form_from_pages(self, client, db):
        client.post("/app/auth/register", {**FORM, "organization_name": " Cafe\u0301 "})

        assert Organization.objects.get().name == "Caf\u00e9"


@pytest.mark.django_db(transaction=True)
class TestMails:
    def test_begin_with_our_lines(self, registered, mailoutbox):
        Organization.objects.update(name=CASE)

        body = {"email": "grace@people.example", "role": "member"}
        registered.post("/api/organizations/invitations", body, format="json")

        [mail] = [mail for mail in mailoutbox if mail.subject.startswith("You are invited")]
        assert mail.body.startswith("Open this link within seven days")
        assert "\nYour account" not in mail.body

    def test_invite_an_address_in_any_case(self, registered):
        grace = make_member(
            make_organization(), "member", user=make_user(email="grace@people.example")
        )
        body = {"email": "GRACE@People.Example", "role": "member"}
        made = registered.post("/api/organizations/invitations", body, format="json").json()

        answer = open_client(grace).post(
            "/api/organizations/invitations/accept", {"token": made["token"]}, format="json"
        )

        assert answer.status_code == 200


class TestCurrencies:
    def test_have_a_code_that_exists(self, api, registered):
        other = {**REGISTRATION, "email": "eve@other.example", "currency": "ERU"}

        register = api.post("/api/auth/register", other, format="json")
        change = registered.patch("/api/organizations/me", {"currency": "ERU"}, format="json")

        assert refused(register, "currency") == (400, True)
        assert refused(change, "currency") == (400, True)
        assert "ISO 4217" in register.json()["errors"][0]["message"]

    def test_may_be_left_open_and_changed(self, api, registered):
        other = {**REGISTRATION, "email": "eve@other.example", "currency": ""}

        assert api.post("/api/auth/register", other, format="json").status_code == 201
        change = registered.patch("/api/organizations/me", {"currency": "CHF"}, format="json")
        assert change.json()["currency"] == "CHF"
