"""Every route holds every role to what it declares, and shows no organization another's rows."""

import pytest

from tests.architecture.authz import (
    ROLES,
    Cell,
    Route,
    api_routes,
    find_fault,
    make_world,
    matrix,
    page_routes,
    takes_an_id,
)


@pytest.fixture
def world(db):
    return make_world()


class TestApiRoutes:
    def test_are_all_found(self):
        routes = api_routes()

        assert len(routes) >= 95
        assert sum(takes_an_id(route) for route in routes) >= 25


class TestPageRoutes:
    def test_are_all_found(self):
        routes = page_routes()

        assert len(routes) >= 60
        assert sum(takes_an_id(route) for route in routes) >= 12


class TestMatrix:
    def test_is_as_declared(self, world):
        faults = [(find_fault(cell), cell) for cell in matrix(world)]

        assert [fault for fault in faults if fault[0]] == []


class TestFindFault:
    @pytest.mark.parametrize(
        ("needed", "who", "whose", "status", "code"),
        [
            ("analytics:view", "nobody", "own", 200, ""),
            ("analytics:admin", "viewer", "own", 200, ""),
            ("analytics:admin", "viewer", "own", 404, "not_found"),
            ("analytics:view", "viewer", "foreign", 200, ""),
            ("analytics:view", "viewer", "foreign", 403, "missing_permission"),
            ("analytics:view", "viewer", "own", 403, "missing_permission"),
            ("signed-in", "owner", "foreign", 204, ""),
            ("staff", "owner", "own", 200, ""),
            ("analytics:view", "owner", "own", 500, "internal_error"),
            ("public", "owner", "own", 403, "missing_permission"),
        ],
    )
    def test_sees(self, needed, who, whose, status, code):
        route = Route("GET", "/api/analytics/views/<uuid:view_id>", needed)

        assert find_fault(Cell(route, who, whose, status, code))

    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("owner", 404, "passkey_not_found"),
            ("owner", 403, "reauthentication_required"),
            *(
                (role, status, code)
                for role in ROLES[1:]
                for status, code in [(204, ""), (403, "reauthentication_required")]
            ),
        ],
    )
    def test_sees_who_reaches_a_personal_row(self, who, status, code):
        route = Route("DELETE", "/api/mfa/passkeys/<int:passkey_id>", "signed-in")

        assert find_fault(Cell(route, who, "own", status, code))

    @pytest.mark.parametrize("role", ROLES)
    def test_lets_a_declared_answer_pass(self, role):
        route = Route("GET", "/api/analytics/views/<uuid:view_id>", "analytics:view")

        assert find_fault(Cell(route, role, "own", 200, "")) == ""
        assert find_fault(Cell(route, role, "foreign", 404, "not_found")) == ""

    def test_lets_a_personal_row_be_there_for_its_owner_alone(self):
        route = Route("DELETE", "/api/mfa/passkeys/<int:passkey_id>", "signed-in")

        assert find_fault(Cell(route, "owner", "own", 204, "")) == ""
        assert find_fault(Cell(route, "admin", "own", 404, "passkey_not_found")) == ""
