"""Checks 17 and 27: proven addresses (ASVS 6.3.7, 6.8.1)."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.auth.models import EmailToken, Membership, User
from apps.auth.operations.staff import save_user
from apps.auth.queries import list_outstanding
from tests.apps.auth.people import CREDENTIALS, PASSWORD, login, token_in
from tests.cases import read_case
from tests.conftest import REGISTRATION
from tests.factories.auth import make_member, make_organization, open_client

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = json.loads(read_case("16-email-idn", "addresses.json"))
#: Three spellings of one mailbox, the second in its one form, and an address of none.
SPELLINGS, UNDELIVERABLE = EXAMPLES[:3], EXAMPLES[5]


class TestCheck17Verification:
    def test_proves_the_address_of_the_user(self, api, registered, mailoutbox):
        token = token_in(mailoutbox[0])
        assert registered.get("/api/auth/me").json()["email_verified"] is False

        first = api.post("/api/auth/verify-email", {"token": token}, format="json")
        again = api.post("/api/auth/verify-email", {"token": token}, format="json")

        assert (first.status_code, again.json()["code"]) == (204, "link_invalid")
        assert registered.get("/api/auth/me").json()["email_verified"] is True

    def test_dies_after_a_day(self, api, registered, mailoutbox):
        token = token_in(mailoutbox[0])

        with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)):
            answer = api.post("/api/auth/verify-email", {"token": token}, format="json")
        assert answer.json()["code"] == "link_invalid"

    def test_is_of_no_use_for_an_address_that_the_user_has_no_more(
        self, api, registered, mailoutbox
    ):
        token = token_in(mailoutbox[0])
        User.objects.update(email="moved@acme.example")

        answer = api.post("/api/auth/verify-email", {"token": token}, format="json")
        assert answer.json()["code"] == "link_invalid"

    def test_of_a_new_address_changes_it_and_tells_the_old_one(self, api, registered, mails):
        body = {"email": "next@acme.example"}
        registered.post("/api/auth/change-email", body, format="json")
        [mail] = mails
        before = User.objects.get().email

        api.post("/api/auth/verify-email", {"token": token_in(mail)}, format="json")

        assert (mail.to, before) == (["next@acme.example"], CREDENTIALS["email"])
        assert User.objects.get().email == "next@acme.example"
        assert mails[-1].to == [CREDENTIALS["email"]]
        assert login(api, email="next@acme.example").status_code == 200

    def test_of_a_new_address_dies_with_a_change_of_the_password(self, api, registered, mails):
        registered.post("/api/auth/change-email", {"email": "thief@evil.example"}, format="json")
        token = token_in(mails[0])
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}
        assert registered.post("/api/auth/change-password", body, format="json").status_code < 300

        answer = api.post("/api/auth/verify-email", {"token": token}, format="json")

        assert answer.json()["code"] == "link_invalid"
        assert User.objects.get().email == CREDENTIALS["email"]

    def test_of_a_new_address_floods_no_mailbox_and_says_nothing(self, mailoutbox):
        people = [make_member(make_organization(), "owner") for _ in range(2)]
        body = {"email": "victim@x.example"}

        answers = {
            people[number % 2]
            .client.post("/api/auth/change-email", body, format="json")
            .status_code
            for number in range(8)
        }

        assert answers == {202}
        assert len(mailoutbox) == 5

    def test_is_needed_to_sign_in_where_it_is_mandatory(self, api, settings, mailoutbox):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"
        api.post("/api/auth/register", REGISTRATION, format="json")

        token = token_in(mailoutbox[0])
        before = login(api)
        api.post("/api/auth/verify-email", {"token": token}, format="json")

        assert (before.status_code, before.json()["code"]) == (403, "email_not_verified")
        assert login(api).status_code == 200

    def test_makes_no_second_account_and_tells_the_first(self, api, settings, registered, mails):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"

        api.post("/api/auth/register", REGISTRATION, format="json")

        assert User.objects.count() == 1
        assert "You have an account already" in mails[0].subject


class TestCheck17Links:
    @pytest.fixture(params=["verify-email/send", "change-email", "password/reset"])
    def token(self, request, registered, mails):
        """A link that was mailed to the registered user, by kind."""
        self.path = request.param
        to = {"change-email": "next@acme.example", "password/reset": CREDENTIALS["email"]}
        body = {"email": to[self.path]} if self.path in to else {}
        registered.post(f"/api/auth/{self.path}", body, format="json")
        return token_in(mails[0])

    def open_link(self, api, token):
        if self.path == "password/reset":
            body = {"token": token, "new_password": "another long passphrase"}
            return api.post("/api/auth/password/reset/confirm", body, format="json")
        return api.post("/api/auth/verify-email", {"token": token}, format="json")

    def test_work_once(self, api, token):
        first, second = (self.open_link(api, token) for _ in range(2))

        assert (first.status_code, second.json()["code"]) == (204, "link_invalid")

    def test_are_of_no_use_while_the_user_is_disabled(self, api, token):
        User.objects.update(is_active=False)
        before = User.objects.values("email", "password").get()

        answer = self.open_link(api, token)

        assert answer.json()["code"] == "link_invalid"
        assert User.objects.values("email", "password").get() == before
        assert not EmailAddress.objects.get().verified

    def test_stay_void_when_a_disabled_user_is_enabled_again(self, api, token):
        user = User.objects.get()
        for user.is_active in (False, True):
            save_user(user, by=user.id, now=datetime.now(UTC))

        assert self.open_link(api, token).json()["code"] == "link_invalid"

    def test_of_one_who_was_removed_bring_nobody_back(self, api, member, mailoutbox):
        gone, self.path = make_member(member.organization, "viewer"), "change-email"
        gone.client.post("/api/auth/change-email", {"email": "next@acme.example"}, format="json")
        member.client.delete(f"/api/organizations/members/{gone.user_id}")

        self.open_link(api, token_in(mailoutbox[-1]))

        assert User.objects.get(id=gone.user_id).email == "next@acme.example"
        assert not Membership.objects.filter(user_id=gone.user_id).exists()


class TestCheck17RegistrationsBeforeProof:
    MALLORY = {**REGISTRATION, "organization_name": "Evil", "password": "mallory's own phrase"}  # noqa: RUF012

    @pytest.fixture(autouse=True)
    def mandatory(self, settings):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"

    def register(self, api, mailoutbox, **changes):
        """Register, and let the job that looks for the account run."""
        answer = api.post("/api/auth/register", {**REGISTRATION, **changes}, format="json")
        return answer.status_code, answer.json(), len(mailoutbox)

    def verify(self, api, mail):
        return api.post("/api/auth/verify-email", {"token": token_in(mail)}, format="json")

    def test_of_somebody_else_leave_no_password_behind(self, api, mailoutbox):
        first = self.register(api, mailoutbox, **self.MALLORY)
        second = self.register(api, mailoutbox, first_name="Augusta")

        assert first == (202, {"next": "verify_email"}, 1)
        assert second == (202, {"next": "verify_email"}, 2)
        assert "the account in Evil" in mailoutbox[0].body
        assert "the account in Acme" in mailoutbox[1].body
        assert self.verify(api, mailoutbox[0]).json()["code"] == "link_invalid"
        assert self.verify(api, mailoutbox[1]).status_code == 204
        assert login(api, password=self.MALLORY["password"]).status_code == 401
        answer = login(api).json()
        assert answer["user"]["first_name"] == "Augusta"
        client = APIClient(headers={"authorization": f"Bearer {answer['access_token']}"})
        assert client.get("/api/organizations/me").json()["name"] == "Acme"

    def test_leave_no_consent_behind(self, api, mailoutbox):
        self.register(api, mailoutbox, **self.MALLORY)
        self.register(api, mailoutbox, accepted_documents=REGISTRATION["accepted_documents"][:1])

        [user] = User.objects.all()
        outstanding = list_outstanding(user_id=user.id, now=datetime.now(UTC))
        assert {item.document_type for item in outstanding} == {"privacy", "acceptable-use"}

    def test_that_mail_too_often_are_void_as_well(self, api, mailoutbox):
        for _ in range(7):
            self.register(api, mailoutbox, **self.MALLORY)
        self.register(api, mailoutbox)

        assert len(mailoutbox) == 6
        assert {self.verify(api, mail).status_code for mail in mailoutbox} == {400}
        assert User.objects.get().check_password(PASSWORD)

    @pytest.mark.parametrize("change", ["verified", "entered", "staff", "disabled", "member"])
    def test_change_no_account_that_somebody_has(self, api, mailoutbox, change):
        self.register(api, mailoutbox)
        user = User.objects.get()
        if change == "verified":
            self.verify(api, mailoutbox[0])
        elif change == "entered":
            open_client(Membership.objects.select_related("user", "organization").get())
        elif change == "member":
            make_member(make_organization(), "viewer", user=user)
            user.sessions.all().delete()
        else:
            fields = {"staff": {"staff_role": "support"}, "disabled": {"is_active": False}}
            User.objects.update(**fields[change])

        answer = self.register(api, mailoutbox, **self.MALLORY)

        assert answer == (202, {"next": "verify_email"}, 2)
        assert mailoutbox[-1].subject == "You have an account already"
        assert User.objects.get().check_password(PASSWORD)


class TestCheck27Spellings:
    """Case 16: one mailbox in several spellings, and one that is somebody else's."""

    def register(self, api, email):
        body = {**REGISTRATION, "email": email, "organization_name": "Other"}
        return api.post("/api/auth/register", body, format="json")

    @pytest.mark.parametrize("email", SPELLINGS)
    def test_are_one_account(self, api, client, email):
        assert self.register(api, SPELLINGS[0]).status_code == 201

        assert self.register(api, email).json()["code"] == "email_taken"
        assert login(api, email=email).status_code == 200
        page = client.post("/app/auth/sign-in", {"email": email, "password": PASSWORD})
        assert page.status_code == 302

    def test_share_the_limit_of_wrong_passwords(self, api, within_one_window):
        self.register(api, SPELLINGS[0])

        for number in range(10):
            login(api, email=SPELLINGS[number % 3], password="wrong")

        assert login(api, email=SPELLINGS[0]).status_code == 401

    def test_are_one_invited_person(self, api, member):
        account = self.register(api, SPELLINGS[0]).json()
        body = {"email": SPELLINGS[2], "role": "viewer"}
        invited = member.client.post("/api/organizations/invitations", body, format="json")

        headers = {"authorization": f"Bearer {account['access_token']}"}
        answer = {"token": invited.json()["token"]}
        path = "/api/organizations/invitations/accept"
        assert api.post(path, answer, headers=headers, format="json").status_code == 200

        again = member.client.post("/api/organizations/invitations", body, format="json")
        assert again.json()["code"] == "already_member"

    def test_are_found_by_operators(self, api, client):
        self.register(api, SPELLINGS[0])
        call_command("staff", "add", SPELLINGS[2], stdout=StringIO())
        client.post("/app/auth/sign-in", {"email": SPELLINGS[0], "password": PASSWORD})

        tables = [f"/admin/omnify_auth/{name}/" for name in ("user", "membership", "session")]
        pages = [client.get(table, {"q": SPELLINGS[0]}) for table in tables]
        assert [page.context["cl"].result_count for page in pages] == [1, 1, 2]

    def test_of_another_mailbox_are_another_account(self, api, mailoutbox):
        assert self.register(api, "ada@strasse.de").status_code == 201
        assert self.register(api, "ada@stra\u00dfe.de").status_code == 201
        mailoutbox.clear()

        api.post("/api/auth/password/reset", {"email": "ada@stra\u00dfe.de"}, format="json")

        assert [mail.to for mail in mailoutbox] == [["ada@xn--strae-oqa.de"]]

    def test_that_no_mail_can_be_sent_to_are_refused(self, api, member):
        register = self.register(api, UNDELIVERABLE)
        invite = member.client.post(
            "/api/organizations/invitations",
            {"email": UNDELIVERABLE, "role": "viewer"},
            format="json",
        )
        change = member.client.post(
            "/api/auth/change-email", {"email": UNDELIVERABLE}, format="json"
        )

        for answer in (register, invite, change):
            assert (answer.status_code, answer.json()["code"]) == (400, "email_undeliverable")
            assert answer.json()["errors"][0]["field"] == "email"
        assert User.objects.get() == member.user

    def test_that_no_mail_can_be_sent_to_are_refused_on_the_page(self, client):
        body = {**REGISTRATION, "email": UNDELIVERABLE, "timezone": "UTC", "accepts": "on"}
        page = client.post("/app/auth/register", body)

        assert "check its spelling, before and after the @" in page.content.decode()


class TestCheck27Accounts:
    def test_are_never_joined_by_an_unproven_address(self, api, registered):
        body = {"email": "next@acme.example"}
        registered.post("/api/auth/change-email", body, format="json")
        other = {**REGISTRATION, "email": "next@acme.example", "organization_name": "Other"}

        made = api.post("/api/auth/register", other, format="json")

        assert made.status_code == 201
        assert made.json()["user"]["id"] != registered.answer["user"]["id"]
        assert EmailToken.objects.filter(purpose="change").get().user.email == CREDENTIALS["email"]

    def test_keep_their_address_when_somebody_else_proved_it(self, api, registered, mails):
        registered.post("/api/auth/change-email", {"email": "next@acme.example"}, format="json")
        token = token_in(mails[0])
        other = {**REGISTRATION, "email": "next@acme.example", "organization_name": "Other"}
        api.post("/api/auth/register", other, format="json")

        answer = api.post("/api/auth/verify-email", {"token": token}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
        assert User.objects.filter(email=CREDENTIALS["email"]).exists()
