"""Checks 16, 17 and 31: links of mails (ASVS 6.3.7, 6.4.3)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.auth.models import EmailToken, Invitation, Membership, Role, User
from apps.auth.operations import limits
from apps.auth.queries import list_outstanding
from tests.apps.auth.people import CREDENTIALS, PASSWORD, login, token_in
from tests.conftest import REGISTRATION
from tests.factories.auth import make_member, make_organization, open_client

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long passphrase"


@pytest.fixture
def mails(registered, mailoutbox):
    """The mails after registration."""
    mailoutbox.clear()
    return mailoutbox


def ask_reset(api, **options):
    return api.post(
        "/api/auth/password/reset", {"email": CREDENTIALS["email"]}, format="json", **options
    )


def reset(api, token, new=NEW):
    body = {"token": token, "new_password": new}
    return api.post("/api/auth/password/reset/confirm", body, format="json")


class TestCheck16ResetLink:
    def test_works_once(self, api, mails):
        ask_reset(api)

        assert reset(api, token_in(mails[0])).status_code == 204
        assert reset(api, token_in(mails[0])).json()["code"] == "link_invalid"
        assert login(api, password=NEW).status_code == 200
        assert login(api).status_code == 401

    def test_dies_with_a_newer_request(self, api, mails):
        ask_reset(api)
        ask_reset(api)

        assert reset(api, token_in(mails[0])).json()["code"] == "link_invalid"
        assert reset(api, token_in(mails[1])).status_code == 204

    def test_dies_with_a_change_of_the_password(self, api, mails, registered):
        ask_reset(api)
        token = token_in(mails[0])
        body = {"current_password": PASSWORD, "new_password": NEW}
        registered.post("/api/auth/change-password", body, format="json")

        assert reset(api, token).json()["code"] == "link_invalid"

    def test_dies_after_an_hour(self, api, mails):
        ask_reset(api)
        token = token_in(mails[0])

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert reset(api, token).json()["code"] == "link_invalid"

    def test_survives_a_refused_password(self, api, mails):
        ask_reset(api)

        assert reset(api, token_in(mails[0]), "short").json()["code"] == "password_refused"
        assert reset(api, token_in(mails[0])).status_code == 204

    def test_leads_to_the_configured_address_whatever_host_was_asked(self, api, mails, settings):
        settings.PUBLIC_URLS = {"auth": "https://app.omnify.example"}

        ask_reset(api, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
        refused = ask_reset(api, headers={"host": "evil.example"})

        assert "https://app.omnify.example/app/auth/reset?token=" in mails[0].body
        assert "evil.example" not in mails[0].body
        assert refused.status_code == 400
        assert len(mails) == 1

    def test_is_no_verification_link(self, api, mails):
        ask_reset(api)

        answer = api.post("/api/auth/verify-email", {"token": token_in(mails[0])}, format="json")
        assert answer.json()["code"] == "link_invalid"

    def test_is_sent_five_times_an_hour_and_the_refusal_is_silent(self, api, mails):
        answers = {ask_reset(api).status_code for _ in range(8)}

        assert answers == {202}
        assert len(mails) == 5


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


class TestCheck31Invitation:
    def invite(self, client, email="grace@acme.example", role="manager"):
        body = {"email": email, "role": role}
        return client.post("/api/organizations/invitations", body, format="json")

    def accept(self, api, token, **newcomer):
        body = {"token": token, **newcomer}
        return api.post("/api/organizations/invitations/accept", body, format="json")

    NEWCOMER = {"first_name": "Grace", "last_name": "Hopper", "password": NEW}  # noqa: RUF012

    def test_makes_a_member_with_its_role_once(self, api, registered, mails):
        self.invite(registered)
        token = token_in(mails[0])

        first = self.accept(api, token, **self.NEWCOMER)
        again = self.accept(api, token, **self.NEWCOMER)

        assert (first.status_code, first.json()["role"]) == (200, "manager")
        assert (again.status_code, again.json()["code"]) == (404, "invitation_not_found")
        answer = login(api, email="grace@acme.example", password=NEW).json()
        assert answer["user"]["first_name"] == "Grace"

    def test_ends_after_seven_days(self, api, registered, mails):
        self.invite(registered)

        with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1)):
            answer = self.accept(api, token_in(mails[0]), **self.NEWCOMER)
        assert answer.json()["code"] == "invitation_not_found"

    def test_is_bound_to_its_address(self, api, registered, mails):
        other = {**REGISTRATION, "email": "eve@other.example", "organization_name": "Other"}
        eve = api.post("/api/auth/register", other, format="json").json()["access_token"]
        mails.clear()
        self.invite(registered)
        thief = APIClient(headers={"authorization": f"Bearer {eve}"})

        stolen = self.accept(thief, token_in(mails[0]))

        assert stolen.json()["code"] == "invitation_for_other"
        assert Invitation.objects.get().accepted_at is None

    def test_of_an_account_needs_its_owner(self, api, registered, mails):
        other = {**REGISTRATION, "email": "eve@other.example", "organization_name": "Other"}
        eve = api.post("/api/auth/register", other, format="json").json()["access_token"]
        mails.clear()
        self.invite(registered, email="eve@other.example", role="viewer")
        token = token_in(mails[0])

        unknown = self.accept(api, token, **self.NEWCOMER)
        owner = APIClient(headers={"authorization": f"Bearer {eve}"})
        accepted = self.accept(owner, token)
        switched = owner.post(
            "/api/auth/switch",
            {"organization_id": accepted.json()["organization_id"]},
            format="json",
        ).json()
        there = APIClient(headers={"authorization": f"Bearer {switched['access_token']}"})

        assert unknown.json()["code"] == "invitation_needs_sign_in"
        assert there.get("/api/auth/me").json()["role"] == "viewer"
        assert len(there.get("/api/auth/me").json()["organizations"]) == 2

    def test_is_void_once_revoked(self, api, registered, mails):
        made = self.invite(registered).json()

        registered.delete(f"/api/organizations/invitations/{made['id']}")

        answer = self.accept(api, made["token"], **self.NEWCOMER)
        assert answer.json()["code"] == "invitation_not_found"

    def test_counts_against_the_plan(self, registered):
        first = self.invite(registered)
        second = self.invite(registered, email="second@acme.example")

        assert first.status_code == 201
        assert (second.status_code, second.json()["code"]) == (402, "quota_exceeded")
        assert second.json()["limit"] == 2

    def test_gives_its_secret_to_the_inviter_only_where_no_mail_is_sent(self, registered, settings):
        settings.EMAIL_IS_DELIVERED = True

        assert self.invite(registered).json()["token"] is None

    def test_is_no_way_above_one_s_own_rights(self):
        organization = make_organization()
        owner, admin = (make_member(organization, role) for role in ("owner", "admin"))
        above = {"name": "Treasurer", "permissions": ["analytics:view", "org:billing"]}
        treasurer = owner.client.post("/api/rbac/roles", above, format="json").json()["id"]

        refused = [self.invite(admin.client, role=role) for role in ("owner", treasurer)]
        made = self.invite(admin.client, role="admin")

        assert [answer.status_code for answer in refused] == [403, 403]
        assert {answer.json()["code"] for answer in refused} == {"more_than_own"}
        assert made.status_code == 201
        assert Invitation.objects.get().role == "admin"

    def test_is_made_by_nobody_who_may_not(self):
        manager = make_member(make_organization(), "manager")

        answer = self.invite(manager.client, role="viewer")

        assert answer.json()["code"] == "missing_permission"
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("end", ["removed", "demoted", "disabled"])
    def test_gives_nobody_back_what_its_inviter_lost(self, api, mailoutbox, end):
        organization = make_organization()
        owner = make_member(organization, "owner")
        admin = make_member(organization, "admin")
        self.invite(admin.client, email="alt@acme.example", role="admin")
        path = f"/api/organizations/members/{admin.user_id}"

        if end == "removed":
            owner.client.delete(path)
        elif end == "demoted":
            owner.client.patch(path, {"role": "viewer"}, format="json")
        else:
            User.objects.filter(id=admin.user_id).update(is_active=False)
        answer = self.accept(api, token_in(mailoutbox[-1]), **self.NEWCOMER)

        assert answer.json()["code"] == "invitation_not_found"
        assert not User.objects.filter(email="alt@acme.example").exists()

    def test_gives_no_more_than_its_inviter_holds_when_its_role_grew(self, api, mailoutbox):
        organization = make_organization()
        role = Role.unscoped.create(
            organization_id=organization.id, name="R", permissions=["user:view"]
        )
        self.invite(make_member(organization, "admin").client, role=str(role.id))
        Role.unscoped.filter(id=role.id).update(permissions=["org:billing"])

        answer = self.accept(api, token_in(mailoutbox[-1]), **self.NEWCOMER)

        assert answer.json()["code"] == "invitation_not_found"

    def test_floods_no_mailbox_whoever_invites(self, mailoutbox):
        first, second = (make_member(make_organization(), "owner") for _ in range(2))

        answers = [self.invite(first.client, email=email) for email in 3 * ["v@x.example"]]
        answers += [self.invite(second.client, email=email) for email in 3 * ["V@x.example"]]

        assert [answer.status_code for answer in answers] == [*(5 * [201]), 429]
        assert answers[-1]["Retry-After"] == str(answers[-1].json()["retry_after_seconds"])
        assert len(mailoutbox) == 5
        assert self.invite(second.client, email="w@x.example").status_code == 201

    def test_is_sent_by_an_organization_so_often_an_hour(self, monkeypatch):
        monkeypatch.setattr(limits, "INVITING", limits.INVITING._replace(most=2))
        owner, other = (make_member(make_organization(), "owner") for _ in range(2))

        answers = [self.invite(owner.client, email=f"p{n}@x.example") for n in range(3)]

        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert self.invite(other.client, email="p3@x.example").status_code == 201
