"""The pages of whoever is signed in: security, members, documents."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.auth.models import Invitation, LoginChallenge, Membership, Role, Session, User
from tests.apps.auth.people import set_up_totp
from tests.factories.auth import PASSWORD, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db
MEMBERS = "/app/auth/members"
INVITATION = "/app/auth/invitation"
SECURITY = "/app/auth/security"
CONFIRM = "/app/auth/confirm?next=/app/auth/security"
NEWCOMER = {"first_name": "Grace", "last_name": "Hopper", "password": "another long passphrase"}
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SECURITY}"}


def sign_in(member):
    """A browser that a member signed in on the page with."""
    browser = Client()
    body = {"email": member.user.email, "password": PASSWORD}
    assert browser.post("/app/auth/sign-in", body).status_code == 302
    return browser


def age_sessions():
    """Let every proof of identity be too old."""
    Session.objects.update(authenticated_at=datetime.now(UTC) - timedelta(minutes=16))


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def owner(organization):
    return make_member(organization, "owner")


class TestConsent:
    @pytest.fixture
    def browser(self, organization):
        return sign_in(make_member(organization, "owner", user=make_user(accepts=False)))

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            (SECURITY, {"action": "totp_setup"}),
            (SECURITY, {"action": "recovery_codes"}),
            (f"{SECURITY}/passkey-options", {}),
            ("/app/auth/members", {"action": "invite", "email": "new@people.example"}),
        ],
    )
    def test_comes_before_any_other_write(self, browser, path, body):
        target = "/app/auth/documents?next=%2Fapp%2Fauth%2Fsecurity"

        plain = browser.post(path, body, headers={"Referer": f"http://testserver{SECURITY}"})
        part = browser.post(path, body, headers=HTMX)

        assert (plain.status_code, plain["Location"]) == (302, target)
        assert (part.status_code, part["HX-Redirect"]) == (204, target)
        assert not LoginChallenge.objects.exists()
        assert not Invitation.objects.exists()

    def test_is_not_needed_to_keep_others_out(self, browser):
        page = browser.post(SECURITY, {"action": "end_others"})

        assert "1 other sessions were ended." in page.content.decode()

    def test_leads_nowhere_else(self, browser):
        answer = browser.post(SECURITY, headers={"Referer": "https://evil.example/a"})

        assert answer["Location"] == "/app/auth/documents?next=%2F"

    def test_is_asked_for_by_every_page_but_its_own(self, browser):
        notice = "Legal documents wait for you"

        assert notice in browser.get(SECURITY).content.decode()
        assert notice not in browser.get("/app/auth/documents").content.decode()


class TestProvingOneselfAgain:
    def test_is_where_an_old_proof_leads_a_passkey_s_script(self, owner):
        browser = sign_in(owner)
        age_sessions()

        answer = browser.post(f"{SECURITY}/passkey-options", headers=HTMX)

        assert (answer.status_code, answer["HX-Redirect"]) == (204, CONFIRM)

    def test_asks_for_the_factor_where_there_is_one(self, owner):
        browser = sign_in(owner)
        before = browser.get(CONFIRM).content.decode()
        set_up_totp(owner.client)
        # It ended the browser's session, which knows only the password.
        Session.objects.update(revoked_at=None)

        answer = browser.post(SECURITY, {"action": "totp_setup"})
        after = browser.get(answer["Location"]).content.decode()

        assert 'name="password"' in before
        assert 'name="code"' not in before
        assert answer["Location"] == CONFIRM
        assert 'name="code"' in after
        assert 'name="password"' not in after

    def test_offers_a_passkey_where_there_is_one(self, owner):
        browser = sign_in(owner)
        Authenticator.objects.create(user=owner.user, type="webauthn", data={"name": "Laptop"})

        page = browser.get(CONFIRM).content.decode()

        assert "Use a passkey" in page
        assert 'name="password"' not in page


class TestSecondStep:
    def test_says_beside_the_form_that_it_is_over(self, db):
        answer = Client().post(
            "/app/auth/sign-in/passkey-options", {"challenge": "x"}, headers=HTMX
        )

        assert answer.status_code == 401
        assert "This sign-in has expired" in answer.content.decode()


class TestMembersPage:
    def test_shows_all_members_page_by_page(self, organization, owner):
        users = [User(email=f"m{number}@people.example") for number in range(60)]
        User.objects.bulk_create(users)
        Membership.objects.bulk_create(
            Membership(user=user, organization=organization, role="viewer") for user in users
        )
        browser = sign_in(owner)

        first = browser.get(MEMBERS).content.decode()
        second = browser.get(f"{MEMBERS}?page=2").content.decode()

        assert "1 to 50 of 61" in first
        assert "m59@people.example" not in first
        assert "m59@people.example" in second

    def test_stays_on_the_page_whose_member_changed(self, organization, owner):
        member = make_member(organization)
        body = {"action": "change_role", "value": str(member.user_id), "role": "viewer"}

        page = sign_in(owner).post(f"{MEMBERS}?page=1", body).content.decode()

        assert "The role was changed." in page
        assert f'action="{MEMBERS}?page=1"' in page

    def test_asks_before_somebody_is_removed(self, organization, owner):
        make_member(organization)

        page = sign_in(owner).get(MEMBERS).content.decode()

        question = page.split('<details class="ask">')[1]
        assert "Their access, sessions and API keys here end at once" in question
        assert 'value="remove"' in question
        assert page.count('value="remove"') == 1

    @pytest.mark.parametrize("value", ["", "no id", "019a0000-0000-7000-8000-000000000000"])
    def test_says_when_there_is_no_such_member(self, owner, value):
        page = sign_in(owner).post(MEMBERS, {"action": "remove", "value": value})

        assert "has no member" in page.content.decode()


class TestSecurityPage:
    def test_asks_before_all_factors_are_removed(self, owner):
        browser = sign_in(owner)
        Authenticator.objects.create(user=owner.user, type="webauthn", data={"name": "Laptop"})

        page = browser.get(SECURITY).content.decode()

        questions = page.split('<details class="ask">')[1:]
        assert [text.count('value="disable"') for text in questions] == [0, 1]
        assert [text.count('value="passkey_remove"') for text in questions] == [1, 0]


class TestSwitch:
    @pytest.fixture
    def elsewhere(self, owner):
        organization = make_organization(name="Initech")
        make_member(organization, "viewer", user=owner.user)
        return organization

    def go(self, browser, organization):
        return browser.post("/app/auth/switch", {"organization_id": str(organization.id)})

    def test_is_offered_where_there_is_another_organization(self, organization, owner, elsewhere):
        browser = sign_in(owner)
        self.go(browser, organization)

        page = browser.get(SECURITY).content.decode()

        assert f'name="organization_id" value="{elsewhere.id}"' in page
        assert str(organization.id) not in page

    def test_is_not_offered_where_there_is_none(self, owner):
        assert "/app/auth/switch" not in sign_in(owner).get(SECURITY).content.decode()

    def test_goes_on_there_and_ends_the_session_here(self, organization, owner, elsewhere):
        browser = sign_in(owner)
        self.go(browser, organization)
        former = Session.objects.active(datetime.now(UTC)).first()

        answer = self.go(browser, elsewhere)

        former.refresh_from_db()
        page = browser.get(SECURITY).content.decode()
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert former.revoked_reason == "succeeded by another"
        assert '<p class="top-bar-name">Initech</p>' in page
        # A viewer's rights, not the owner's.
        assert browser.get(MEMBERS).status_code == 403
        del browser.cookies["omnify-access"]
        browser.get("/app/auth/renew")
        assert "Initech" in browser.get(SECURITY).content.decode()

    @pytest.mark.parametrize("place", ["", "no id", "019a0000-0000-7000-8000-000000000000"])
    def test_leads_nowhere_where_one_does_not_belong(self, owner, place):
        browser = sign_in(owner)

        answer = browser.post("/app/auth/switch", {"organization_id": place})

        assert answer.status_code == 404
        assert browser.get(SECURITY).status_code == 200

    def test_needs_no_consent(self, organization):
        member = make_member(organization, user=make_user(accepts=False))
        make_member(elsewhere := make_organization(name="Initech"), user=member.user)

        assert self.go(sign_in(member), elsewhere).status_code == 302


class TestInvitation:
    @pytest.fixture
    def invite(self, organization, owner):
        """Invite an address; returns the secret."""

        def make(email, role="manager"):
            body = {"email": email, "role": role}
            page = sign_in(owner).post(MEMBERS, {"action": "invite", **body})
            return page.context["link"].partition("token=")[2]

        return make

    def test_says_who_invites_whom_as_what(self, client, organization, invite):
        make = {"name": "Press officer", "permissions": [], "organization_id": organization.id}
        role = Role.unscoped.create(**make)

        page = client.get(f"{INVITATION}?token={invite('new@people.example', role.id)}")

        text = page.content.decode()
        assert "Join Globex" in text
        assert "<strong>new@people.example</strong> is invited as <strong>Press officer" in text

    def test_makes_an_account_for_a_newcomer(self, client, organization, invite):
        secret = invite("new@people.example")

        page = client.post(INVITATION, {"token": secret, **NEWCOMER})

        assert "You belong to the organization now." in page.content.decode()
        member = Membership.objects.get(user__email="new@people.example")
        assert (member.organization, member.role) == (organization, "manager")

    def test_keeps_what_a_newcomer_typed_beside_a_problem(self, client, invite):
        secret = invite("new@people.example")

        page = client.post(INVITATION, {"token": secret, **NEWCOMER, "password": "short"})

        assert page.status_code in (400, 422)
        assert 'value="Hopper"' in page.content.decode()
        assert Invitation.objects.get().accepted_at is None

    def test_brings_whoever_has_an_account_back_after_signing_in(self, client, invite):
        member = make_member(make_organization(name="Initech"), "owner")
        secret = invite(member.user.email)
        page = client.get(f"{INVITATION}?token={secret}")

        to_sign_in = client.get(page.context["renew_url"])["Location"]
        shown = client.get(to_sign_in)
        body = {"email": member.user.email, "password": PASSWORD, "next": shown.context["next"]}
        back = client.post("/app/auth/sign-in", body)["Location"]
        asked = client.get(back).content.decode()
        answer = client.post(INVITATION, {"token": secret})

        assert back == f"{INVITATION}?token={secret}"
        assert 'type="password"' not in asked
        assert answer["Location"] == "/"
        page = client.get(MEMBERS).content.decode()
        assert '<p class="top-bar-name">Globex</p>' in page
        assert "Initech</span></button>" in page

    def test_refuses_a_newcomer_s_password_for_an_address_with_an_account(self, client, invite):
        member = make_member(make_organization(name="Initech"), "owner")
        secret = invite(member.user.email)

        page = client.post(INVITATION, {"token": secret, **NEWCOMER})

        assert "There is an account with the invited address" in page.content.decode()
        assert member.user.memberships.count() == 1

    def test_offers_nothing_to_another_address_but_to_sign_in(self, invite):
        secret = invite("new@people.example")
        other = make_member(make_organization(name="Initech"), "owner")
        browser = sign_in(other)

        page = browser.get(f"{INVITATION}?token={secret}").content.decode()
        answer = browser.post(INVITATION, {"token": secret})

        assert f"You are signed in as {other.user.email}" in page
        assert "/app/auth/sign-in?next=%2Fapp%2Fauth%2Finvitation" in page
        assert "<form" not in page
        assert answer.status_code == 403
        assert Invitation.objects.get().accepted_at is None

    def test_waits_for_whoever_was_signed_in_when_they_saw_it(self, client, invite):
        secret = invite("new@people.example")
        page = f"http://testserver{INVITATION}?token={secret}"

        answer = client.post(INVITATION, {"token": secret}, headers={"Referer": page})

        target = f"/app/auth/renew?next=%2Fapp%2Fauth%2Finvitation%3Ftoken%3D{secret}"
        assert answer["Location"] == target

    @pytest.mark.parametrize("secret", ["", "unknown"])
    def test_that_is_none_is_told_so(self, client, secret):
        page = client.get(f"{INVITATION}?token={secret}")
        sent = client.post(INVITATION, {"token": secret, **NEWCOMER})

        for answer in (page, sent):
            assert answer.status_code == 404
            assert "This invitation is not valid" in answer.content.decode()
