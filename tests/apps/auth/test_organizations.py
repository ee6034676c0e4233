"""Organizations."""

import pytest

from apps.auth.contract import Auth
from omnify.context import acting_as
from omnify.services import client_of

pytestmark = pytest.mark.django_db


class TestAdoptCurrency:
    def test_lets_the_first_win(self, registered, make_principal):
        owner = make_principal(organization_id=registered.answer["organization"]["id"])

        with acting_as(owner):
            first = client_of(Auth).adopt_currency("EUR")
            second = client_of(Auth).adopt_currency("JPY")

        assert (first.currency, second.currency) == ("EUR", "EUR")
        assert second.is_currency_settled is True


class TestOrganizationRoute:
    def test_is_changed_by_an_owner(self, registered):
        changes = {"name": "Acme & Sons", "timezone": "Europe/Berlin", "currency": "CHF"}

        answer = registered.patch("/api/organizations/me", changes, format="json")

        assert answer.status_code == 200
        assert registered.get("/api/organizations/me").json() == answer.json()
        assert {name: answer.json()[name] for name in changes} == changes

    def test_is_not_changed_by_a_viewer(self, client_for, make_principal, registered):
        organization_id = registered.answer["organization"]["id"]
        viewer = client_for(make_principal("viewer", organization_id=organization_id))

        answer = viewer.patch("/api/organizations/me", {"name": "Mine"}, format="json")

        assert (answer.status_code, answer.json()["permission"]) == (403, "org:edit")
