"""The page to accept an invitation."""

import pytest

from apps.auth.models import Invitation, Membership, Role
from tests.apps.auth.people import open_browser
from tests.factories.auth import PASSWORD, make_member, make_organization

pytestmark = pytest.mark.django_db
INVITE = "/app/auth/invitations"
MEMBERS = "/app/auth/members"
INVITATION = "/app/auth/invitation"
NEWCOMER = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "password": "another long passphrase",
    "accepts": "on",
}


class TestInvitation:
    @pytest.fixture
    def invite(self, organization, owner):
        """Invite an address; returns the secret."""

        def make(email, role="manager"):
            body = {"email": email, "role": role}
            page = open_browser(owner).post(INVITE, body)
            return page.context["notices"][0].link.url.partition("token=")[2]

        return make

    def test_says_who_invites_whom_as_what(self, client, organization, invite):
        make = {"name": "Press officer", "permissions": [], "organization_id": organization.id}
        role = Role.unscoped.create(**make)

        page = client.get(f"{INVITATION}?token={invite('new@people.example', role.id)}")

        text = page.content.decode()
        assert "Join Globex" in text
        assert "<strong>new@people.example</strong> is invited as <strong>Press officer" in text

    def test_makes_an_account_for_a_newcomer_who_is_in(self, client, organization, invite):
        secret = invite("new@people.example")

        answer = client.post(INVITATION, {"token": secret, **NEWCOMER})

        assert answer["Location"] == "/"
        member = Membership.objects.get(user__email="new@people.example")
        assert (member.organization, member.role) == (organization, "manager")
        page = client.get(MEMBERS)
        assert page.status_code == 200
        assert page.context["documents_url"] == ""

    def test_takes_no_newcomer_who_does_not_accept_the_documents(self, client, invite):
        secret = invite("new@people.example")

        page = client.post(INVITATION, {"token": secret, **NEWCOMER, "accepts": ""})

        assert "Read and accept them to go on." in page.content.decode()
        assert Invitation.objects.get().accepted_at is None

    def test_lets_nobody_in_whose_address_waits_to_be_proven(self, client, invite, settings):
        secret = invite("new@people.example")
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"

        page = client.post(INVITATION, {"token": secret, **NEWCOMER})

        assert "Confirm your address" in page.content.decode()
        assert client.get(MEMBERS).status_code == 302

    def test_keeps_what_a_newcomer_typed_beside_a_problem(self, client, invite):
        secret = invite("new@people.example")

        page = client.post(INVITATION, {"token": secret, **NEWCOMER, "password": "short"})

        assert page.status_code in (400, 422)
        assert 'value="Hopper"' in page.content.decode()
        assert Invitation.objects.get().accepted_at is None

    def test_brings_a_user_with_an_account_back_after_signing_in(self, client, invite):
        member = make_member(make_organization(name="Initech"), "owner")
        secret = invite(member.user.email)
        page = client.get(f"{INVITATION}?token={secret}")

        to_sign_in = client.get(page.context["renew_url"])["Location"]
        body = {"email": member.user.email, "password": PASSWORD}
        back = client.post(to_sign_in, body)["Location"]
        asked = client.get(back).content.decode()
        answer = client.post(INVITATION, {"token": secret})

        assert back == f"{INVITATION}?token={secret}"
        assert 'type="password"' not in asked
        assert answer["Location"] == "/"
        page = client.get(MEMBERS).content.decode()
        assert 'organization-name text-truncate">Globex</' in page
        assert "<bdi>Initech</bdi></button>" in page

    def test_refuses_a_newcomer_s_password_for_an_address_with_an_account(self, client, invite):
        member = make_member(make_organization(name="Initech"), "owner")
        secret = invite(member.user.email)

        page = client.post(INVITATION, {"token": secret, **NEWCOMER})

        assert "There is an account with the invited address" in page.content.decode()
        assert member.user.memberships.count() == 1

    def test_offers_nothing_to_another_address_but_to_sign_in(self, invite):
        secret = invite("new@people.example")
        other = make_member(make_organization(name="Initech"), "owner")
        browser = open_browser(other)

        page = browser.get(f"{INVITATION}?token={secret}").content.decode()
        answer = browser.post(INVITATION, {"token": secret})

        assert f"You are signed in as {other.user.email}" in page
        assert "/app/auth/sign-in?next=%2Fapp%2Fauth%2Finvitation" in page
        assert "<form" not in page
        assert answer.status_code == 403
        assert Invitation.objects.get().accepted_at is None

    def test_waits_for_a_user_who_was_signed_in_when_they_saw_it(self, client, invite):
        secret = invite("new@people.example")
        page = f"http://testserver{INVITATION}?token={secret}"

        answer = client.post(INVITATION, {"token": secret}, headers={"Referer": page})

        back = f"next=%2Fapp%2Fauth%2Finvitation%3Ftoken%3D{secret}"
        again = "resend=%2Fapp%2Fauth%2Finvitation"
        assert answer["Location"] == f"/app/auth/renew?{again}&{back}"

    @pytest.mark.parametrize("secret", ["", "unknown"])
    def test_that_is_none_is_told_so(self, client, secret):
        page = client.get(f"{INVITATION}?token={secret}")
        sent = client.post(INVITATION, {"token": secret, **NEWCOMER})

        for answer in (page, sent):
            assert answer.status_code == 404
            assert "This invitation is not valid" in answer.content.decode()
