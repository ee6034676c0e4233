"""The operators' admin: who gets in, and what they see."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from apps.auth.models import TokenFamily, User
from settings.test import TEST_ENVIRONMENT
from tests.apps.auth.people import bearer, set_up_totp, totp
from tests.conftest import REGISTRATION

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

    def test_lets_nobody_write_customers_data(self, operator):
        for url in urls("add/"):
            expected = {"organization", "membership", "flag"} & set(url.split("/"))
            assert operator.get(url).status_code == (200 if expected else 403), url

    def test_lets_support_read_only(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], "--role=support", verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)

        assert client.get("/admin/omnify_auth/organization/").status_code == 200
        assert client.get("/admin/omnify_auth/organization/add/").status_code == 403

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
        [row] = Session.objects.all()
        thief = Client()
        thief.cookies["sessionid"] = row.session_key

        assert key not in (row.session_key, *row.get_decoded().values())
        assert thief.get("/admin/").status_code == 302
        assert operator.get("/admin/").status_code == 200

    def test_leaves_no_row_after_signing_out(self, operator):
        operator.get("/admin/")
        before = Session.objects.count()

        operator.post("/admin/logout/")

        assert (before, Session.objects.count()) == (1, 0)

    def test_ends_with_the_session(self, operator):
        assert operator.get("/admin/").status_code == 200
        TokenFamily.objects.update(revoked_at=datetime.now(UTC))
        del operator.cookies["omnify-access"]

        assert operator.get("/admin/").status_code == 302

    def test_goes_on_when_the_access_token_is_over(self, operator):
        operator.get("/admin/")
        del operator.cookies["omnify-access"]

        assert operator.get("/admin/").status_code == 200

    def test_ends_the_session_when_staff_sign_out_of_it(self, operator):
        operator.get("/admin/")

        operator.post("/admin/logout/")

        assert TokenFamily.objects.filter(revoked_reason="signed out").count() == 1

    def test_shows_no_secret(self, operator):
        session = TokenFamily.objects.first()
        page = operator.get("/admin/omnify_auth/user/").content.decode()
        page += operator.get("/admin/omnify_auth/signingkey/").content.decode()

        assert "argon2" not in page
        assert "PRIVATE" not in page
        assert session.user.password not in page

    def test_ends_sessions(self, operator):
        session = TokenFamily.objects.last()

        body = {"action": "end_sessions", "_selected_action": [str(session.id)]}
        answer = operator.post("/admin/omnify_auth/tokenfamily/", body)

        session.refresh_from_db()
        assert session.revoked_reason == "ended by staff"
        assert "messages" not in answer.cookies

    def test_lets_support_end_no_session(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], "--role=support", verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)
        session = TokenFamily.objects.last()

        body = {"action": "end_sessions", "_selected_action": [str(session.id)]}
        client.post("/admin/omnify_auth/tokenfamily/", body)

        session.refresh_from_db()
        assert session.revoked_at is None


@pytest.mark.django_db
class TestCreateSuperuser:
    def test_makes_an_operator(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", REGISTRATION["password"])
        names = {"email": "Op@Acme.Example", "first_name": "Op", "last_name": "Erator"}

        call_command("createsuperuser", interactive=False, verbosity=0, **names)

        made = User.objects.get()
        assert (made.email, made.staff_role) == ("op@acme.example", "operator")
        assert made.check_password(REGISTRATION["password"])


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
