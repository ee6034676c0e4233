"""The list of imports over HTTP."""

import pytest

from tests.apps.integrations.requests import own_queries, pages_of
from tests.factories.integrations import make_connection, make_import

pytestmark = pytest.mark.django_db
PATH = "/api/integrations/imports"


class TestImportList:
    def test_comes_in_pages_that_cover_everything_once(self, owner):
        connection = make_connection(owner.organization_id)
        made = [make_import(connection) for _ in range(5)]

        rows = pages_of(owner, PATH, limit=2)

        assert [row["file_name"] for row in rows] == [each.file_name for each in reversed(made)]

    def test_costs_the_same_whatever_its_length(self, owner):
        connection = make_connection(owner.organization_id)
        for _ in range(3):
            make_import(connection)

        with own_queries(1):
            owner.get(PATH)

    def test_holds_the_own_organization_s_rows_alone(self, owner, client_for, make_principal):
        make_import(make_connection(owner.organization_id))

        assert len(owner.get(PATH).json()["results"]) == 1
        assert client_for(make_principal()).get(PATH).json()["results"] == []
