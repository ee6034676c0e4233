"""The pages of whoever is signed in: security, members, documents."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.auth.models import Invitation, LoginChallenge, Membership, Role, Session, User
from tests.apps.auth.people import set_up_totp, totp
from tests.factories.auth import PASSWORD, make_member, make_organization, make_user

pytestmark = pytest.mark.django_db
MEMBERS = "/app/auth/members"
INVITE = "/app/auth/invitations"
INVITATION = "/app/auth/invitation"
SECURITY = "/app/auth/security"
CONFIRM = "/app/auth/confirm?next=%2Fapp%2Fauth%2Fsecurity"
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
            (f"{SECURITY}/app", {}),
            (f"{SECURITY}/recovery-codes", {}),
            (f"{SECURITY}/passkey-options", {}),
            (INVITE, {"email": "new@people.example", "role": "member"}),
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
        page = browser.post(f"{SECURITY}/sessions/end-others", follow=True)

        assert "1 other session ended." in page.content.decode()

    def test_leads_nowhere_else(self, browser):
        answer = browser.post(f"{SECURITY}/app", headers={"Referer": "https://evil.example/a"})

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

        page = f"http://testserver{SECURITY}"
        answer = browser.post(f"{SECURITY}/app", headers={"Referer": page})
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
        browser, url = sign_in(owner), f"{MEMBERS}/{member.user_id}/role?page=1"
        shown = browser.get(f"{MEMBERS}?page=1").content.decode()

        answer = browser.post(url, {"role": "viewer"})

        assert f'action="{url}"' in shown
        assert answer["Location"] == f"{MEMBERS}?page=1"
        assert "The role was changed." in browser.get(answer["Location"]).content.decode()
        assert Membership.objects.get(user_id=member.user_id).role == "viewer"

    def test_asks_before_somebody_is_removed(self, organization, owner):
        member = make_member(organization)
        browser, url = sign_in(owner), f"{MEMBERS}/{member.user_id}/remove"

        page = browser.get(MEMBERS).content.decode()
        question = browser.get(url).content.decode()

        assert f'href="{url}"' in page
        assert f"Remove {member.user.email}?" in question
        assert "Their access, sessions and API keys here end at once" in question
        assert Membership.objects.filter(user_id=member.user_id).exists()
        assert "The member was removed." in browser.post(url, follow=True).content.decode()
        assert not Membership.objects.filter(user_id=member.user_id).exists()

    @pytest.mark.parametrize("action", ["role", "remove"])
    def test_says_when_there_is_no_such_member(self, owner, action):
        url = f"{MEMBERS}/019a0000-0000-7000-8000-000000000000/{action}"

        answer = sign_in(owner).post(url, {"role": "viewer"})

        assert answer.status_code == 404
        assert "has no member" in answer.content.decode()

    def test_leaves_each_action_to_those_who_may(self, organization, owner):
        member, viewer = make_member(organization), sign_in(make_member(organization, "viewer"))
        place = f"{MEMBERS}/{member.user_id}"

        page = viewer.get(MEMBERS).content.decode()
        answers = [viewer.post(url) for url in (f"{place}/role", f"{place}/remove", INVITE)]

        assert place not in page
        assert INVITE not in page
        assert [answer.status_code for answer in answers] == [403, 403, 403]

    def test_keeps_what_was_typed_beside_a_problem(self, owner):
        page = sign_in(owner).post(INVITE, {"email": "no address", "role": "viewer"})

        assert page.status_code == 400
        assert "Enter a valid e-mail address." in page.content.decode()
        assert 'value="no address"' in page.content.decode()
        assert not Invitation.objects.exists()

    def test_revokes_an_invitation(self, organization, owner):
        browser = sign_in(owner)
        browser.post(INVITE, {"email": "new@people.example", "role": "viewer"})
        url = f"{INVITE}/{Invitation.objects.get().id}/revoke"

        assert f'action="{url}"' in browser.get(MEMBERS).content.decode()
        page = browser.post(url, follow=True).content.decode()

        assert "The invitation was revoked." in page
        assert url not in page


class TestSecurityPage:
    def test_asks_before_factors_are_removed(self, owner):
        browser = sign_in(owner)
        passkey = Authenticator.objects.create(
            user=owner.user, type="webauthn", data={"name": "Laptop"}
        )
        urls = [f"{SECURITY}/factors/remove", f"{SECURITY}/passkeys/{passkey.id}/remove"]

        page = browser.get(SECURITY).content.decode()
        questions = [browser.get(url).content.decode() for url in urls]

        assert all(f'href="{url}"' in page for url in urls)
        assert "your recovery codes are void" in questions[0]
        assert "cannot be used to sign in any more" in questions[1]
        assert Authenticator.objects.filter(id=passkey.id).exists()

    def test_shows_recovery_codes_this_once(self, owner):
        browser = sign_in(owner)
        set_up_totp(owner.client)
        Session.objects.update(revoked_at=None, methods="password,totp")

        codes = browser.post(f"{SECURITY}/recovery-codes").context["recovery_codes"].split()
        page = browser.get(SECURITY).content.decode()

        assert len(codes) == 10
        assert not any(code in page for code in codes)

    def test_takes_another_code_after_a_wrong_one(self, owner):
        browser = sign_in(owner)
        secret = browser.post(f"{SECURITY}/app").context["secret"]
        url = f"{SECURITY}/app/confirm"

        wrong = browser.post(url, {"code": "000000x"})
        right = browser.post(url, {"code": totp(secret)})

        assert 'id="id_code_error"' in wrong.content.decode()
        assert f'action="{url}"' in wrong.content.decode()
        assert "The authenticator app is set up." in right.content.decode()
        assert len(right.context["recovery_codes"].split()) == 10

    def test_changes_the_password_and_stays_signed_in(self, owner):
        browser = sign_in(owner)
        body = {"current_password": "wrong", "new_password": "another long passphrase"}

        wrong = browser.post(f"{SECURITY}/password", body, headers=HTMX)
        page = browser.post(
            f"{SECURITY}/password", body | {"current_password": PASSWORD}, follow=True
        )

        assert 'id="id_new_password"' in wrong.content.decode()
        assert 'role="alert"' in wrong.content.decode()
        assert page.redirect_chain == [(SECURITY, 303)]
        assert "The password was changed." in page.content.decode()
        owner.user.refresh_from_db()
        assert owner.user.check_password("another long passphrase")

    def test_ends_another_session(self, owner):
        browser, url = sign_in(owner), f"{SECURITY}/sessions/{owner.client.opened.id}/end"

        assert f'action="{url}"' in browser.get(SECURITY).content.decode()
        assert "The session was ended." in browser.post(url, follow=True).content.decode()
        assert browser.post(url).status_code == 404

    def test_adds_no_passkey_that_the_browser_did_not_make(self, owner):
        page = sign_in(owner).post(f"{SECURITY}/passkeys", {"name": "Laptop"})

        assert page.status_code == 400
        assert "The browser made no passkey; try again." in page.content.decode()
        assert 'value="Laptop"' in page.content.decode()


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
            page = sign_in(owner).post(INVITE, body)
            return page.context["notices"][0].link.url.partition("token=")[2]

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
        body = {"email": member.user.email, "password": PASSWORD}
        back = client.post(to_sign_in, body)["Location"]
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
