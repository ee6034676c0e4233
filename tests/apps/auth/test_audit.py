"""What an organization reads of its audit ledger: searched, filtered, in pages, and as a file."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from apps.auth.operations.audit import append_entry
from apps.auth.queries import audit
from omnify.identity.audit import AuditDetail, AuditRecorded
from tests.apps.auth.people import send
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
PATH = "/api/auth/audit"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def record(organization, owner):
    """Append entries of the organization to the ledger."""

    def append(action="auth.brand.made", *, at=NOON, details=(), **fields):
        values = {
            "entry_id": uuid7(),
            "service": "auth",
            "organization_id": organization.id,
            "user_id": owner.user_id,
            "actor": "user",
            "target_type": "brand",
            "target_id": "42",
            "address": "192.0.2.1",
            "request_id": "request-1",
            **fields,
        }
        named = tuple(AuditDetail(name=name, value=value) for name, value in dict(details).items())
        return append_entry(
            AuditRecorded(action=action, at=at, outcome="success", details=named, **values)
        )

    return append


def actions(owner, **query):
    """The actions that a query finds, in order."""
    answer = owner.client.get(PATH, query)
    assert answer.status_code == 200, answer.json()
    return [row["action"] for row in answer.json()["results"]]


class TestAuditQuery:
    @pytest.mark.parametrize(
        "search", ["ROLE", "viewer", "tar-7", "198.51.100.9", "req-77", "grace", "@people.exam"]
    )
    def test_searches_what_an_entry_says_and_who_acted(self, owner, record, search):
        record("auth.brand.made", user_id=None)
        record(
            "auth.member.role_changed",
            details={"role": "viewer"},
            target_id="tar-7",
            address="198.51.100.9",
            request_id="req-77",
        )

        assert actions(owner, search=search) == ["auth.member.role_changed"]

    def test_takes_a_search_as_a_text_and_no_pattern(self, owner, record):
        record()

        assert actions(owner, search="%") == actions(owner, search="_x") == []

    def test_filters_by_action_actor_and_time(self, organization, owner, record):
        other = make_member(organization, "admin")
        record("a.b.one", at=NOON - timedelta(hours=1))
        record("a.b.two")
        record("a.b.three", at=NOON + timedelta(hours=1), user_id=other.user_id)

        assert actions(owner, action="a.b.two") == ["a.b.two"]
        assert actions(owner, user_id=str(other.user_id)) == ["a.b.three"]
        assert actions(owner, **{"from": NOON.isoformat()}) == ["a.b.three", "a.b.two"]
        assert actions(owner, to=NOON.isoformat()) == ["a.b.one"]
        assert actions(owner, **{"from": "2026-11-29T13:00:00+01:00"}, search="two") == ["a.b.two"]

    def test_comes_in_pages(self, owner, record):
        for number in range(5):
            record(f"a.b.{number}", target_id="paged")

        first = owner.client.get(PATH, {"search": "paged", "limit": 3}).json()
        second = owner.client.get(PATH, {"search": "paged", "limit": 3, "cursor": first["next"]})

        rows = [*first["results"], *second.json()["results"]]
        assert [row["action"] for row in rows] == [f"a.b.{number}" for number in range(4, -1, -1)]
        assert second.json()["next"] is None

    def test_shows_no_other_organization_s(self, record, owner):
        record("a.b.theirs", organization_id=make_organization().id)

        assert actions(owner, search="a.b") == []

    @pytest.mark.parametrize(
        "query",
        [
            {"from": "yesterday"},
            {"from": "2026-11-29T12:00:00"},
            {"user_id": "ada"},
            {"from": "0001-01-01T00:00:00+14:00"},
            {"to": "9999-12-31T23:59:59-14:00"},
            {"search": "x" * 201},
            {"from": "2026-11-30T00:00:00Z", "to": "2026-11-29T00:00:00Z"},
            {"who": "ada"},
        ],
    )
    def test_refuses_what_it_does_not_understand(self, owner, query):
        assert owner.client.get(PATH, query).status_code == 400
        assert owner.client.get(f"{PATH}/export", query).status_code == 400


class TestAuditExport:
    def export(self, owner, **query):
        return owner.client.get(f"{PATH}/export", query)

    def rows(self, owner, **query):
        return list(csv.DictReader(self.export(owner, **query).content.decode().splitlines()))

    def test_is_a_file_of_what_the_query_means(self, owner, record):
        record("a.b.one", details={"role": "viewer"})
        record("a.b.two")

        answer = self.export(owner, action="a.b.one")

        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
        [row] = self.rows(owner, action="a.b.one")
        assert (row["at"], row["action"]) == ("2026-11-29T12:00:00Z", "a.b.one")
        assert row["details"] == '{"role": "viewer"}'
        assert row["user_id"] == str(owner.user_id)
        assert len(row["hash"]) == 64

    def test_holds_no_formula(self, owner, record):
        record("a.b.one", target_id="=HYPERLINK(1)")

        assert [row["target_id"] for row in self.rows(owner)] == ["'=HYPERLINK(1)"]

    def test_of_too_much_is_refused_with_the_way_out(self, owner, record, monkeypatch):
        monkeypatch.setattr(audit, "MOST_EXPORTED", 2)
        for _ in range(3):
            record()

        answer = self.export(owner)

        assert (answer.status_code, answer.json()["code"]) == (422, "audit_export_too_large")
        assert answer.json()["detail"].startswith("3 entries match, and a file has at most 2")

    def test_needs_the_right_to_administer(self, organization):
        admin = make_member(organization, "admin")

        assert send(admin, "get", f"{PATH}/export").json()["code"] == "missing_permission"
