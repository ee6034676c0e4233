"""Saved views over HTTP."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.analytics.models import SavedView
from tests.apps.analytics.requests import QUERY, ask
from tests.apps.integrations.requests import GOOD, send
from tests.factories.analytics import make_saved_view
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


class TestSavedViews:
    def save(self, client, name="mine", **changes):
        body = {"name": name, "query": {**QUERY, **changes}}
        return client.post("/api/analytics/views", body, format="json")

    def test_answer_as_the_query_they_keep(self, owner):
        send(owner, GOOD)
        view = self.save(owner, dimensions=["channel"]).json()

        found = owner.get(f"/api/analytics/views/{view['id']}/data").json()

        assert found == ask(owner, dimensions=["channel"]).json()
        assert found["rows"] == [{"channel": "tv", "spend": "10.00", "revenue": None}]

    def test_keep_what_was_validated_and_no_more(self, owner):
        view = self.save(owner, filters={"channel": ["tv"]}).json()

        assert SavedView.unscoped.get().query == {
            **QUERY,
            "dimensions": [],
            "filters": {"channel": ["tv"]},
            "grain": "day",
            "precision": "minor",
            "having": [],
            "order": [],
            "limit": None,
            "explain": False,
        }
        assert owner.get(f"/api/analytics/views/{view['id']}").json() == view

    def test_refuse_what_a_query_would_be_refused_for(self, owner):
        for changes in ({"measures": ["happiness"]}, {"junk": "\0"}, {"from": "2027-01-01"}):
            assert self.save(owner, **changes).status_code == 400
        assert SavedView.unscoped.count() == 0

    def test_have_a_name_of_their_own(self, owner, client_for, make_principal):
        assert self.save(owner).status_code == 201
        again = self.save(owner)

        assert (again.status_code, again.json()["code"]) == (409, "view_name_taken")
        assert self.save(client_for(make_principal())).status_code == 201

    def test_are_saved_once_per_key(self, owner):
        owner.credentials(HTTP_IDEMPOTENCY_KEY="view-1")

        assert len({self.save(owner).json()["id"] for _ in range(2)}) == 1

    def test_go_when_deleted(self, owner):
        path = f"/api/analytics/views/{self.save(owner).json()['id']}"

        assert owner.delete(path).status_code == 204
        assert owner.get(path).status_code == 404
        assert owner.delete(f"/api/analytics/views/{uuid4()}").status_code == 404

    def test_are_another_organization_s_no_business(self, owner, client_for, make_principal):
        make_saved_view(owner.organization_id)

        rows = client_for(make_principal()).get("/api/analytics/views").json()["results"]

        assert rows == []

    def test_list_at_the_same_cost_whatever_their_number(self, owner, django_assert_num_queries):
        for number in range(3):
            make_saved_view(owner.organization_id, name=f"view {number}")
        owner.get("/api/analytics/measures")  # reads the keys that tokens are checked with

        with django_assert_num_queries(1):
            rows = owner.get("/api/analytics/views").json()["results"]

        assert [row["name"] for row in rows] == ["view 2", "view 1", "view 0"]


class TestDeletionOfAnotherMembersView:
    def delete(self, view, client):
        return client.delete(f"/api/analytics/views/{view.id}")

    def test_needs_the_right_to_administer_analytics(self, organization, client_of_role):
        view = make_saved_view(organization.id, name="weekly spend")

        answers = {role: self.delete(view, client_of_role(role)) for role in ("viewer", "manager")}

        assert {answer.status_code for answer in answers.values()} == {403}
        assert answers["viewer"].json()["code"] == "foreign_view"
        assert "'weekly spend'" in answers["viewer"].json()["detail"]
        assert SavedView.unscoped.count() == 1

    @pytest.mark.parametrize("role", ["owner", "admin"])
    def test_is_for_who_has_it(self, organization, client_of_role, role):
        view = make_saved_view(organization.id)

        assert self.delete(view, client_of_role(role)).status_code == 204

    @pytest.mark.parametrize("headers", [{}, {"idempotency-key": "once"}])
    def test_is_for_who_was_granted_it_on_that_view(self, organization, headers):
        granted, other = (make_saved_view(organization.id, name=name) for name in "ab")
        viewer, owner = (make_member(organization, role) for role in ("viewer", "owner"))
        before = self.delete(granted, viewer.client).status_code
        body = {
            "user_id": str(viewer.user_id),
            "resource_type": "analytics",
            "resource_id": str(granted.id),
            "permissions": ["analytics:admin"],
        }
        owner.client.post("/api/rbac/permissions/resource/grant", body, format="json")

        path = f"/api/analytics/views/{granted.id}"
        after = viewer.client.delete(path, headers=headers).status_code

        assert (before, after) == (403, 204)
        assert self.delete(other, viewer.client).json()["code"] == "foreign_view"

    def test_is_not_for_a_key_of_less_rights(self, organization):
        view, owner = make_saved_view(organization.id), make_member(organization, "owner").client
        body = {"name": "export", "permissions": ["analytics:view"]}
        key = owner.post("/api/auth/api-keys", body, format="json").json()["key"]

        answer = self.delete(view, APIClient(headers={"authorization": f"Bearer {key}"}))

        assert answer.json()["code"] == "foreign_view"

    @pytest.fixture
    def organization(self, db):
        return make_organization()

    @pytest.fixture
    def client_of_role(self, organization):
        return lambda role: make_member(organization, role).client
