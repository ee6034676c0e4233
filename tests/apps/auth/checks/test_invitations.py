"""Check 31: an invitation works once, for its address and role, within seven days."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.auth.models import Invitation, Role, User
from apps.auth.operations import limits
from tests.apps.auth.people import login, token_in
from tests.conftest import REGISTRATION
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another long passphrase"


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

    def test_floods_no_mailbox_by_many_organizations(self, mailoutbox):
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

    def test_to_more_than_the_caller_holds_is_not_theirs_to_end(self, api):
        organization = make_organization()
        inviting = Role.unscoped.create(
            organization_id=organization.id, name="Inviter", permissions=["user:invite"]
        )
        owner = make_member(organization, "owner").client
        inviter = make_member(organization, str(inviting.id)).client
        made = self.invite(owner, role="admin").json()["id"]
        less = self.invite(owner, email="less@acme.example", role=str(inviting.id)).json()["id"]

        ended = inviter.delete(f"/api/organizations/invitations/{made}")
        replaced = self.invite(inviter, role=str(inviting.id))

        assert ended.json()["code"] == replaced.json()["code"] == "more_than_own"
        assert Invitation.objects.get(id=made).revoked_at is None
        assert inviter.delete(f"/api/organizations/invitations/{less}").status_code == 204
