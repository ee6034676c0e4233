"""The page of members and invitations."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.auth.models import Invitation, Membership, Session, User
from tests.apps.auth.people import add_passkey, open_browser
from tests.factories.auth import make_member, make_user

pytestmark = pytest.mark.django_db
MEMBERS = "/app/auth/members"
INVITE = "/app/auth/invitations"


class TestMembersPage:
    def test_shows_all_members_page_by_page(self, organization, owner):
        users = [User(email=f"m{number}@people.example") for number in range(60)]
        User.objects.bulk_create(users)
        Membership.objects.bulk_create(
            Membership(user=user, organization=organization, role="viewer") for user in users
        )
        browser = open_browser(owner)

        first = browser.get(MEMBERS).content.decode()
        second = browser.get(f"{MEMBERS}?page=2").content.decode()

        assert "1 to 50 of 61" in first
        assert "m59@people.example" not in first
        assert "m59@people.example" in second

    def test_finds_members_by_name_and_address(self, organization, owner):
        make_member(organization, user=make_user(first_name="Ada", last_name="Byron"))
        browser = open_browser(owner)

        def found(text):
            return [
                row[0].value for row in browser.get(MEMBERS, {"q": text}).context["parts"][0].rows
            ]

        assert found("ada byr") == ["Ada Byron"]
        assert found("people.example") == ["Grace Hopper (you)", "Ada Byron"]
        assert found("nobody") == []

    def test_says_when_members_were_here_and_how_they_sign_in(self, organization, owner):
        absent = make_member(organization, "viewer")
        add_passkey(absent.client)
        month = datetime.now(UTC) - timedelta(days=21)
        Session.objects.filter(user=absent.user).update(rotated_at=month)

        rows = open_browser(owner).get(MEMBERS).context["parts"][0].rows

        assert [(row[3].text, row[4].value) for row in rows] == [
            ("now", "None"),
            ("3 weeks ago", "Passkey"),
        ]

    def test_signs_a_member_out_after_a_question(self, organization, owner):
        member = make_member(organization)
        browser, url = open_browser(owner), f"{MEMBERS}/{member.user_id}/end-sessions"

        assert f"Sign {member.user.email} out?" in browser.get(url).content.decode()
        assert "1 session ended." in browser.post(url, follow=True).content.decode()

    def test_invites_again_with_a_new_link(self, owner):
        browser = open_browser(owner)
        browser.post(INVITE, {"email": "new@people.example", "role": "viewer"})
        former = Invitation.objects.get()

        page = browser.post(f"{INVITE}/{former.id}/resend")

        link = page.context["notices"][0].link.url
        assert f'value="{link}"' in page.content.decode()
        former.refresh_from_db()
        assert former.revoked_at
        present = Invitation.objects.exclude(id=former.id).get()
        assert (present.email, present.role) == ("new@people.example", "viewer")
        assert browser.post(f"{INVITE}/{former.id}/resend").status_code == 404

    def test_stays_on_the_page_whose_member_changed(self, organization, owner):
        member = make_member(organization)
        browser, url = open_browser(owner), f"{MEMBERS}/{member.user_id}/role?page=1"
        shown = browser.get(f"{MEMBERS}?page=1").content.decode()

        answer = browser.post(url, {"role": "viewer"})

        assert f'action="{url}"' in shown
        assert answer["Location"] == f"{MEMBERS}?page=1"
        assert "The role was changed." in browser.get(answer["Location"]).content.decode()
        assert Membership.objects.get(user_id=member.user_id).role == "viewer"

    def test_asks_before_somebody_is_removed(self, organization, owner):
        member = make_member(organization)
        browser, url = open_browser(owner), f"{MEMBERS}/{member.user_id}/remove"

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

        answer = open_browser(owner).post(url, {"role": "viewer"})

        assert answer.status_code == 404
        assert "has no member" in answer.content.decode()

    def test_leaves_each_action_to_those_who_may(self, organization, owner):
        member, viewer = (
            make_member(organization),
            open_browser(make_member(organization, "viewer")),
        )
        place = f"{MEMBERS}/{member.user_id}"

        page = viewer.get(MEMBERS).content.decode()
        answers = [viewer.post(url) for url in (f"{place}/role", f"{place}/remove", INVITE)]

        assert place not in page
        assert INVITE not in page
        assert [answer.status_code for answer in answers] == [403, 403, 403]

    def test_keeps_what_was_typed_beside_a_problem(self, owner):
        page = open_browser(owner).post(INVITE, {"email": "no address", "role": "viewer"})

        assert page.status_code == 400
        assert "Enter a valid e-mail address." in page.content.decode()
        assert 'value="no address"' in page.content.decode()
        assert not Invitation.objects.exists()

    def test_revokes_an_invitation(self, organization, owner):
        browser = open_browser(owner)
        browser.post(INVITE, {"email": "new@people.example", "role": "viewer"})
        url = f"{INVITE}/{Invitation.objects.get().id}/revoke"

        assert f'action="{url}"' in browser.get(MEMBERS).content.decode()
        page = browser.post(url, follow=True).content.decode()

        assert "The invitation was revoked." in page
        assert url not in page
