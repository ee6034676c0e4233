"""Files that are made to break readers are refused, over the API as on the page."""

import pytest

from apps.integrations.imports.reading.tables import text
from apps.integrations.models import Connection, DailyMetric, StagedFile
from tests.apps.integrations.imports import pages
from tests.apps.integrations.imports.bad_files import BAD_FILES
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
CHOSEN = {
    "column": ["day", "sales", "tv"],
    "use": ["date", "revenue", "spend"],
    "channel": ["", "", "tv"],
}


@pytest.fixture(params=BAD_FILES)
def bad(request, monkeypatch):
    """A file and words of its refusal."""
    monkeypatch.setattr(text, "MAX_LINE", 300_000)
    make, words = BAD_FILES[request.param]
    return make(), words


class TestBadFile:
    def test_is_refused_by_the_api(self, registered, bad):
        content, words = bad

        taken = send(registered, content)
        shown = send(registered, content, query="?preview=true")

        assert (taken.status_code, taken.json()["code"]) == (400, "csv_invalid")
        for answer in (taken, shown):
            assert words in " ".join(error["message"] for error in answer.json()["errors"])
            assert len(answer.content) < 10_000
        assert (Connection.unscoped.count(), DailyMetric.unscoped.count()) == (0, 0)
        assert not StagedFile.unscoped.exists()

    def test_is_refused_by_the_page(self, client, registered, bad):
        content, words = bad
        client.post("/app/auth/sign-in", CREDENTIALS)

        for step in (pages.CHECK, pages.IMPORT):
            answer = pages.send(client, step, content, **CHOSEN)
            assert words in answer.content.decode()
        assert DailyMetric.unscoped.count() == 0
