"""Checks 28 and 30: consents and the audit ledger (ASVS 10.7.3, 16)."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from apps.auth.legal import DOCUMENT_TYPES, list_documents
from apps.auth.models import AuditEntry, AuditHead, Consent
from apps.auth.models.ledgers import AppendOnlyError
from apps.auth.operations.audit import verify_chain
from omnify.events.dispatch import dispatch
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR
from tests.apps.auth.people import PASSWORD, bearer, finish_login, login, set_up_totp, totp
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
REQUIRED = ("terms", "privacy", "acceptable-use")


def told():
    """The audit entries after all events were handled."""
    relay("default")
    dispatch("default", FLOOR)
    dispatch("default", "auth")
    return list(AuditEntry.objects.order_by("sequence"))


@pytest.fixture
def newcomer(api, db):
    """The client of somebody who accepted nothing yet."""
    asked = {**REGISTRATION, "accepted_documents": []}
    answer = api.post("/api/auth/register", asked, format="json").json()
    return APIClient(headers=bearer(answer["access_token"]))


def accept(client, document_type, version="1"):
    body = {"document_type": document_type, "version": version}
    return client.post("/api/legal/accept", body, format="json")


class TestLegalDocuments:
    def test_are_there_in_every_type(self, api):
        assert [item.document_type for item in list_documents()] == list(DOCUMENT_TYPES)
        for name in DOCUMENT_TYPES:
            answer = api.get(f"/api/legal/{name}").json()
            assert (answer["version"], len(answer["checksum"])) == ("1", 64)
            assert answer["text"].startswith("# ")

    def test_that_are_not_there_are_told_so(self, api):
        assert api.get("/api/legal/nothing").json()["code"] == "document_not_found"


class TestOutstandingDocuments:
    def test_refuse_writes_in_every_service_and_let_reads_pass(self, newcomer):
        outstanding = newcomer.get("/api/legal/outstanding").json()["results"]
        writes = ["/api/onboarding/start", "/api/analytics/views", "/api/organizations/brands"]

        assert {row["document_type"] for row in outstanding} == set(REQUIRED)
        for path in writes:
            answer = newcomer.post(path, {}, format="json")
            assert (answer.status_code, answer.json()["code"]) == (403, "documents_outstanding")
        assert newcomer.get("/api/auth/me").status_code == 200
        assert newcomer.get("/api/analytics/views").status_code == 200

    def test_are_over_with_the_token_of_the_last_acceptance(self, newcomer):
        answers = [accept(newcomer, name) for name in REQUIRED]
        fresh = APIClient(headers=bearer(answers[-1].json()["access_token"]))

        assert fresh.get("/api/legal/outstanding").json()["results"] == []
        assert fresh.post("/api/onboarding/start").status_code == 200

    def test_are_back_after_a_withdrawal(self, registered):
        answer = registered.post("/api/legal/withdraw", {"document_type": "terms"}, format="json")
        refresh = {"refresh_token": registered.answer["refresh_token"]}
        token = APIClient().post("/api/auth/refresh", refresh, format="json").json()
        client = APIClient(headers=bearer(token["access_token"]))

        assert answer.status_code == 201
        assert client.post("/api/onboarding/start").json()["code"] == "documents_outstanding"

    def test_leave_signing_out_open(self, newcomer):
        assert newcomer.post("/api/auth/logout").status_code == 204

    def test_in_another_version_cannot_be_accepted(self, newcomer):
        assert accept(newcomer, "terms", "0").json()["code"] == "document_not_found"


class TestCheck28Consents:
    def test_say_who_what_when_and_where(self, newcomer):
        accept(newcomer, "terms")

        [row] = newcomer.get("/api/legal/acceptances").json()["results"]
        assert (row["document_type"], row["version"], row["locale"]) == ("terms", "1", "en")
        assert row["address"] == "127.0.0.1"
        assert row["checksum"] == next(
            item.checksum for item in list_documents() if item.document_type == "terms"
        )

    def test_are_given_once(self, newcomer):
        accept(newcomer, "terms")
        accept(newcomer, "terms")

        assert Consent.objects.filter(document_type="terms").count() == 1

    def test_cannot_be_changed_or_deleted(self, newcomer):
        accept(newcomer, "terms")
        row = Consent.objects.get()

        with pytest.raises(AppendOnlyError):
            row.save()
        with pytest.raises(AppendOnlyError):
            row.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.update(version="2")
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.all().delete()
        assert Consent.objects.get().version == "1"

    def test_are_withdrawn_by_another_line(self, registered):
        registered.post("/api/legal/withdraw", {"document_type": "terms"}, format="json")
        again = registered.post("/api/legal/withdraw", {"document_type": "terms"}, format="json")

        rows = Consent.objects.filter(document_type="terms").order_by("id")
        assert [row.is_withdrawal for row in rows] == [False, True]
        assert again.json()["code"] in ("nothing_to_withdraw", "rights_changed")


class TestCheck30AuditEntries:
    def test_are_there_for_everything_that_has_to_be_known(self, api, registered):
        secret, codes = set_up_totp(registered)
        login(api, password="wrong password")
        finish_login(api, login(api).json()["challenge"], "000000x")
        finish_login(api, login(api).json()["challenge"], totp(secret))
        registered.post("/api/legal/withdraw", {"document_type": "terms"}, format="json")
        registered.post("/api/auth/logout")

        entries = told()
        actions = {entry.action for entry in entries}
        assert actions >= {
            "auth.organization.registered",
            "auth.session.opened",
            "auth.session.revoked",
            "auth.sign_in",
            "auth.factor",
            "auth.totp.added",
            "auth.legal.accepted",
            "auth.legal.withdrawn",
            "auth.key.published",
        }
        text = str([vars(entry) for entry in entries])
        for hidden in (PASSWORD, secret, *codes, registered.answer["refresh_token"]):
            assert hidden not in text

    def test_of_an_organization_are_shown_to_who_may(self, registered, client_for, make_principal):
        told()

        rows = registered.get("/api/auth/audit").json()["results"]
        stranger = client_for(make_principal())
        viewer = client_for(make_principal("viewer"))

        assert "auth.organization.registered" in {row["action"] for row in rows}
        assert stranger.get("/api/auth/audit").json()["results"] == []
        assert viewer.get("/api/auth/audit").json()["code"] == "missing_permission"


class TestAuditChain:
    def test_holds(self, registered, capsys):
        entries = told()

        call_command("audit", "verify")

        assert verify_chain() == (len(entries), entries[-1].hash, "")
        assert f"end {len(entries)}:{entries[-1].hash}" in capsys.readouterr().out

    def break_rows(self, sql):
        """Do what somebody with the database's password would: lift the guard first."""
        with connection.cursor() as cursor:
            is_postgresql = connection.vendor == "postgresql"
            place = " ON omnify_auth_auditentry" if is_postgresql else ""
            for event in ("",) if is_postgresql else ("", "_delete"):
                cursor.execute(f"DROP TRIGGER omnify_auth_auditentry_append_only{event}{place}")
            cursor.execute(sql)

    @pytest.mark.parametrize(
        ("sql", "problem"),
        [
            ("UPDATE omnify_auth_auditentry SET action='x' WHERE sequence=2", "2 was changed"),
            ("DELETE FROM omnify_auth_auditentry WHERE sequence=2", "entry 2 is missing"),
            ("DELETE FROM omnify_auth_auditentry WHERE sequence>1", "after 1 are missing"),
            (
                "UPDATE omnify_auth_auditentry SET previous_hash='x' WHERE sequence=2",
                "2 does not follow",
            ),
        ],
    )
    def test_shows_every_break(self, registered, sql, problem):
        assert len(told()) > 2

        self.break_rows(sql)

        with pytest.raises(CommandError, match=problem):
            call_command("audit", "verify")

    def test_shows_what_was_cut_off_with_its_head(self, registered):
        entries = told()
        noted = f"{len(entries)}:{entries[-1].hash}"
        self.break_rows("DELETE FROM omnify_auth_auditentry WHERE sequence>1")
        AuditHead.objects.update(sequence=1, hash=entries[0].hash)

        assert verify_chain().problem == ""
        with pytest.raises(CommandError, match="which was noted, is missing"):
            call_command("audit", "verify", "--expect", noted)

    def test_cannot_be_written_by_hand(self, registered):
        entry = told()[0]

        with pytest.raises(AppendOnlyError):
            entry.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.update(action="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.all().delete()
