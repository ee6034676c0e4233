"""The pages of whoever is signed in: security, members, documents."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.auth.models import Invitation, LoginChallenge, Membership, TokenFamily, User
from tests.apps.auth.people import set_up_totp
from tests.factories.auth import PASSWORD, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db
MEMBERS = "/app/auth/members"
SECURITY = "/app/auth/security"
CONFIRM = "/app/auth/confirm?next=/app/auth/security"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SECURITY}"}


def sign_in(member):
    """A browser that a member signed in on the page with."""
    browser = Client()
    body = {"email": member.user.email, "password": PASSWORD}
    assert browser.post("/app/auth/sign-in", body).status_code == 302
    return browser


def age_sessions():
    """Let every proof of identity be too old."""
    TokenFamily.objects.update(authenticated_at=datetime.now(UTC) - timedelta(minutes=16))


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
        TokenFamily.objects.update(revoked_at=None)

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
        assert "This sign-in is over" in answer.content.decode()


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
        assert "They lose access at once" in question
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
        former = TokenFamily.objects.alive(datetime.now(UTC)).first()

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
