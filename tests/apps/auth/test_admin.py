"""The operators' admin: who gets in, and what they see."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as AdminSession
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.auth.adapters.admin import find_icon_url
from apps.auth.models import Grant, Membership, Session, User
from omnify.events.models import Outbox
from settings.test import TEST_ENVIRONMENT
from tests.apps.auth.people import bearer, set_up_totp, totp
from tests.conftest import REGISTRATION
from tests.factories.agentkit import make_agent
from tests.factories.analytics import make_saved_view
from tests.factories.auth import make_member, make_organization, make_user

ROOT = Path(__file__).resolve().parents[3]
CREDENTIALS = {"email": REGISTRATION["email"], "password": REGISTRATION["password"]}


@pytest.fixture
def operator(client, registered):
    call_command("staff", "add", REGISTRATION["email"], verbosity=0)
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


def urls(kind):
    for model in admin.site._registry:
        yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/{kind}"


@pytest.mark.django_db
class TestAdmin:
    def test_lists_every_table_for_an_operator(self, operator):
        assert len(list(urls(""))) >= 15
        for url in urls(""):
            assert operator.get(url).status_code == 200, url

    def test_changes_no_password_and_links_to_my_account(self, operator):
        for page in ("password_change/", "password_change/done/"):
            assert operator.get(f"/admin/{page}").status_code == 404
            assert operator.post(f"/admin/{page}").status_code == 404

        page = operator.get("/admin/").content.decode()
        assert "password_change" not in page
        assert 'href="/app/auth/security"' in page

    def test_is_named_and_leads_to_the_product(self, operator):
        page = operator.get("/admin/").content.decode()

        assert "Omnify operators" in page
        assert 'href="/static/omnify/icon.svg"' in page
        assert "People and organizations" in page
        assert "Omnify_" not in page

    def test_has_its_icon_under_the_name_it_was_collected_as(self, settings, tmp_path, rf):
        paths = {"omnify/icon.svg": "omnify/icon.0123.svg"}
        manifest = {"version": "1.1", "paths": paths}
        (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
        storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        settings.STATIC_ROOT = tmp_path
        settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": storage}}

        assert find_icon_url(rf.get("/admin/")) == "/static/omnify/icon.0123.svg"

    def test_shows_people_and_organizations_by_name(self, operator):
        member = make_member(make_organization(name="Globex"), "owner")
        make_agent(member.organization_id)
        make_saved_view(member.organization_id, created_by=member.user_id)

        agents = operator.get("/admin/omnify_agentkit/agent/").content.decode()
        views = operator.get("/admin/omnify_analytics/savedview/").content.decode()

        assert "Globex" in agents
        assert f"{member.user.full_name} ({member.user.email})" in views
        for page in (agents, views):
            assert str(member.organization_id) not in page

    def test_names_a_page_of_rows_with_one_query_for_all(self, operator):
        for name in ("Globex", "Initech", "Umbrella"):
            make_agent(make_organization(name=name).id)

        with CaptureQueriesContext(connection) as queries:
            operator.get("/admin/omnify_agentkit/agent/")

        asked = [each for each in queries if 'FROM "omnify_auth_organization"' in each["sql"]]
        assert len(asked) == 1

    def test_lets_nobody_write_customers_data(self, operator):
        for url in urls("add/"):
            expected = {"membership", "flag"} & set(url.split("/"))
            assert operator.get(url).status_code == (200 if expected else 403), url

    def test_lets_support_read_only(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], "--role=support", verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)

        assert client.get("/admin/omnify_auth/membership/").status_code == 200
        assert client.get("/admin/omnify_auth/membership/add/").status_code == 403

    def test_keeps_customers_out(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)

        assert client.get("/admin/").status_code == 403

    def test_asks_for_our_own_sign_in_and_takes_no_password_itself(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], verbosity=0)
        credentials = {"username": REGISTRATION["email"], "password": REGISTRATION["password"]}

        answer = client.post("/admin/login/?next=/admin/", credentials)

        assert answer["Location"].startswith("/app/auth/renew?next=")
        assert client.get("/admin/").status_code == 302

    def test_asks_for_the_second_factor(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], verbosity=0)
        token = APIClient().post("/api/auth/login", CREDENTIALS, format="json").json()
        secret, _ = set_up_totp(APIClient(headers=bearer(token["access_token"])))

        page = client.post("/app/auth/sign-in", CREDENTIALS)
        before = client.get("/admin/").status_code
        challenge = page.context["form"].initial["challenge"]
        body = {"challenge": challenge, "code": totp(secret)}
        client.post("/app/auth/sign-in/second-factor", body)

        assert (before, client.get("/admin/").status_code) == (302, 200)

    def test_keeps_no_key_that_would_let_its_reader_in(self, operator):
        operator.get("/admin/")
        key = operator.cookies["sessionid"].value
        [row] = AdminSession.objects.all()
        thief = Client()
        thief.cookies["sessionid"] = row.session_key

        assert key not in (row.session_key, *row.get_decoded().values())
        assert thief.get("/admin/").status_code == 302
        assert operator.get("/admin/").status_code == 200

    def test_leaves_no_row_after_signing_out(self, operator):
        operator.get("/admin/")
        before = AdminSession.objects.count()

        operator.post("/admin/logout/")

        assert (before, AdminSession.objects.count()) == (1, 0)

    def test_ends_with_the_session(self, operator):
        assert operator.get("/admin/").status_code == 200
        Session.objects.update(revoked_at=datetime.now(UTC))
        del operator.cookies["omnify-access"]

        assert operator.get("/admin/").status_code == 302

    def test_stays_open_when_the_access_token_has_expired(self, operator):
        operator.get("/admin/")
        del operator.cookies["omnify-access"]

        assert operator.get("/admin/").status_code == 200

    def test_ends_the_session_when_staff_sign_out_of_it(self, operator):
        operator.get("/admin/")

        operator.post("/admin/logout/")

        assert Session.objects.filter(revoked_reason="signed out").count() == 1

    def test_shows_no_secret(self, operator):
        session = Session.objects.first()
        page = operator.get("/admin/omnify_auth/user/").content.decode()
        page += operator.get("/admin/omnify_auth/signingkey/").content.decode()

        assert "argon2" not in page
        assert "PRIVATE" not in page
        assert session.user.password not in page

    def test_ends_sessions(self, operator):
        session = Session.objects.last()

        body = {"action": "end_sessions", "_selected_action": [str(session.id)]}
        answer = operator.post("/admin/omnify_auth/session/", body)

        session.refresh_from_db()
        assert session.revoked_reason == "ended by staff"
        assert "messages" not in answer.cookies

    def test_lets_support_end_no_session(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], "--role=support", verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)
        session = Session.objects.last()

        body = {"action": "end_sessions", "_selected_action": [str(session.id)]}
        client.post("/admin/omnify_auth/session/", body)

        session.refresh_from_db()
        assert session.revoked_at is None


def told(topic):
    """What was published on a topic."""
    return [json.loads(row.payload) for row in Outbox.objects.filter(topic=topic)]


def said(page):
    """The messages on a page, after its redirects."""
    return [str(message) for message in page.context["messages"]]


@pytest.mark.django_db
class TestMembershipAdmin:
    PATH = "/admin/omnify_auth/membership/"

    def change(self, operator, member, **changes):
        return operator.post(f"{self.PATH}{member.id}/change/", changes, follow=True)

    def delete(self, operator, member):
        return operator.post(f"{self.PATH}{member.id}/delete/", {"post": "yes"}, follow=True)

    def test_leaves_an_organization_its_last_owner(self, operator):
        owner = make_member(make_organization(), "owner")

        deleted = self.delete(operator, owner)
        demoted = self.change(operator, owner, role="viewer")
        body = {"action": "delete_selected", "_selected_action": [owner.id], "post": "yes"}
        chosen = operator.post(self.PATH, body, follow=True)

        for page in (deleted, demoted, chosen):
            assert said(page) == ["This is the last owner; make another member owner first."]
        assert Membership.objects.get(id=owner.id).role == "owner"
        assert not LogEntry.objects.exists()

    def test_removes_a_member_as_an_owner_does(self, operator):
        organization = make_organization()
        member = make_member(organization, "manager")
        body = {"name": "k", "permissions": ["analytics:view"]}
        key = member.client.post("/api/auth/api-keys", body, format="json").json()["key"]
        Grant.unscoped.create(
            organization_id=organization.id,
            user=member.user,
            resource_type="campaign",
            resource_id="1",
            granted_by_id=member.user_id,
        )

        self.delete(operator, member)
        make_member(organization, "manager", user=member.user)

        answer = APIClient().get("/api/auth/me", headers=bearer(key))
        assert answer.json()["code"] == "token_invalid"
        assert not Grant.unscoped.exists()
        assert not Session.objects.active(datetime.now(UTC)).filter(id=member.client.opened.id)
        [event] = told("auth.member.removed")
        assert event["user_id"] == str(member.user_id)

    def test_changes_a_role_as_an_owner_does(self, operator, registered):
        member = make_member(make_organization(), "manager")

        self.change(operator, member, role="viewer")

        [event] = told("auth.role.changed")
        assert (event["role"], event["former_role"]) == ("viewer", "manager")
        [entry] = [
            row
            for row in told("omnify.audit.recorded")
            if row["action"] == "auth.member.role_changed"
        ]
        assert entry["user_id"] == registered.answer["user"]["id"]
        assert entry["organization_id"] == str(member.organization_id)

    def test_gives_no_role_that_is_not_there(self, operator):
        member = make_member(make_organization(), "manager")

        page = self.change(operator, member, role="emperor")

        assert said(page) == ["The organization has no role 'emperor'."]

    def test_adds_a_member_within_the_plan(self, operator):
        organization, user = make_organization(plan="free"), make_user()
        body = {"user": str(user.id), "organization": str(organization.id), "role": "owner"}

        operator.post(f"{self.PATH}add/", body, follow=True)
        make_member(organization)
        body["user"] = str(make_user().id)
        page = operator.post(f"{self.PATH}add/", body, follow=True)

        assert said(page) == ["The plan 'free' allows 2 users; upgrade, or remove some."]
        assert Membership.objects.filter(organization=organization).count() == 2


@pytest.mark.django_db
class TestOrganizationAdmin:
    def test_changes_the_plan_with_an_entry_in_the_ledger(self, operator, registered):
        organization = make_organization(plan="free")
        path = f"/admin/omnify_auth/organization/{organization.id}/change/"

        operator.post(path, {"name": "Globex & Sons", "plan": "starter"})
        refused = operator.post(path, {"name": "Globex", "plan": "platinum"})

        organization.refresh_from_db()
        assert (organization.name, organization.plan) == ("Globex & Sons", "starter")
        assert "platinum is not one of the available choices" in refused.content.decode()
        entries = {row["action"]: row for row in told("omnify.audit.recorded")}
        entry = entries["auth.organization.plan_changed"]
        assert entry["details"] == [{"name": "plan", "value": "starter"}]
        assert entry["organization_id"] == str(organization.id)
        assert "auth.organization.changed" in entries

    def test_deletes_none(self, operator):
        organization = make_organization()
        path = f"/admin/omnify_auth/organization/{organization.id}/delete/"

        assert operator.post(path, {"post": "yes"}).status_code == 403


@pytest.mark.django_db
class TestCreateSuperuser:
    def test_makes_an_operator(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", REGISTRATION["password"])
        names = {"email": "Op@Acme.Example", "first_name": "Op", "last_name": "Erator"}

        call_command("createsuperuser", interactive=False, verbosity=0, **names)

        made = User.objects.get()
        assert (made.email, made.staff_role) == ("op@acme.example", "operator")
        assert made.check_password(REGISTRATION["password"])

    def test_takes_any_spelling_of_address_and_password(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", 13 * "e\u0301")
        names = {"email": "Op@Ex\u00c4mple.org", "first_name": "Op", "last_name": "Erator"}

        call_command("createsuperuser", interactive=False, verbosity=0, **names)

        made = User.objects.get()
        assert (made.email, made.canonical_email) == (2 * ("op@xn--exmple-cua.org",))
        assert made.check_password(13 * "\u00e9")
        names["email"] = "op@exa\u0308mple.org"
        with pytest.raises(CommandError, match="already taken"):
            call_command("createsuperuser", interactive=False, verbosity=0, **names)


@pytest.mark.django_db
class TestStaff:
    def test_names_an_unknown_address(self):
        with pytest.raises(CommandError, match="No user has the address nobody@x"):
            call_command("staff", "add", "nobody@x")

    def test_takes_the_role_back(self, registered, capsys):
        call_command("staff", "add", REGISTRATION["email"])
        call_command("staff", "remove", REGISTRATION["email"])
        call_command("staff", "list")

        assert capsys.readouterr().out.strip().endswith("not staff any more")


class TestAdminOnly:
    def test_knows_all_tables_and_hosts_no_service(self):
        script = (
            "import omnify.wsgi;"
            "from django.contrib import admin;"
            "from omnify.services.registry import hosted_services;"
            "from django.conf import settings;"
            "apps = {m._meta.app_label for m in admin.site._registry};"
            "print(len(apps), hosted_services(), settings.PORT)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                **TEST_ENVIRONMENT,
                "DJANGO_SETTINGS_MODULE": "settings.admin_only",
                "AUTH_SERVICE_URL": "http://127.0.0.1:9",
                "DATABASE_URL": "sqlite://:memory:",
            },
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.stdout.strip() == "10 () 8008", done.stderr[-500:]
