"""Tenant data is an organization's own, or the query is refused."""

from uuid import uuid4

import pytest

from apps.analytics.models import SavedView
from omnify.context import acting_as
from omnify.exceptions import NotFoundError, OrganizationRequiredError
from omnify.tenancy.models import ForeignOrganizationError

pytestmark = pytest.mark.django_db


def make_view(principal, name="mine"):
    with acting_as(principal):
        return SavedView.objects.create(name=name, query={}, created_by=uuid4())


class TestTenantModel:
    @pytest.mark.parametrize("ask", ["all", "count", "first", "none"])
    def test_refuses_a_query_without_an_organization(self, ask):
        with pytest.raises(OrganizationRequiredError):
            getattr(SavedView.objects, ask)()

    def test_shows_an_organization_its_own_rows(self, make_principal):
        mine, other = make_principal(), make_principal()
        view = make_view(mine)
        make_view(other)

        with acting_as(mine):
            assert list(SavedView.objects.all()) == [view]

    def test_hides_foreign_rows_by_id(self, make_principal):
        view = make_view(make_principal())

        with acting_as(make_principal()):
            assert SavedView.objects.filter(id=view.id).first() is None
            assert SavedView.objects.filter(id=view.id).update(name="stolen") == 0
            assert SavedView.objects.filter(id=view.id).delete()[0] == 0

    def test_refuses_to_write_for_another_organization(self, make_principal):
        view = make_view(make_principal())

        with acting_as(make_principal()), pytest.raises(ForeignOrganizationError):
            view.save()
        with acting_as(make_principal()), pytest.raises(ForeignOrganizationError):
            SavedView.objects.bulk_create([view])

    def test_lets_the_platform_see_everything_on_purpose(self, make_principal):
        make_view(make_principal())
        make_view(make_principal())

        assert SavedView.unscoped.count() == 2


class TestGetOrRefuse:
    def test_returns_the_row(self, make_principal):
        owner = make_principal()
        view = make_view(owner)

        with acting_as(owner):
            assert SavedView.objects.get_or_refuse(NotFoundError(), id=view.id) == view

    def test_raises_the_refusal_for_a_foreign_row(self, make_principal):
        view = make_view(make_principal())

        with acting_as(make_principal()), pytest.raises(NotFoundError) as refused:
            SavedView.objects.get_or_refuse(NotFoundError(view_id=view.id), id=view.id)

        assert refused.value.view_id == str(view.id)
