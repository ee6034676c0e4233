"""Check 28: legal documents and the consent ledger (ASVS 10.7.3)."""

import pytest
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from apps.auth.legal import DOCUMENT_TYPES, list_documents
from apps.auth.models import Consent
from apps.auth.models.ledgers import AppendOnlyError
from tests.apps.auth.people import bearer
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
REQUIRED = ("terms", "privacy", "acceptable-use")


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
