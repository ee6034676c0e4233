"""A proposal that is posted as it is imports the right sums, or asks; no column is forgotten."""

from pathlib import Path

import pytest

from tests.apps.integrations.requests import send
from tests.cases import FOLDER

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[4] / "data"
FILES = sorted(path.relative_to(FOLDER) for path in FOLDER.glob("*/*.csv"))


def preview(client, content):
    answer = send(client, content, None, query="?preview=true")
    return answer.json() if answer.status_code == 200 else None


def left_in_silence(found):
    return [each["column"] for each in found["uses"] if not (each["field"] or each["reason"])]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_known_file_is_imported_or_asked_about(registered, path):
    content = (FOLDER / path).read_bytes()
    found = preview(registered, content)

    if found is None:
        # What cannot be read as a table is refused with its line in any case.
        assert send(registered, content).json()["errors"][0]["line"]
        return
    answer = send(registered, content, found["proposal"])
    wrong = [each["field"] for each in answer.json().get("errors", ()) if "field" in each]
    is_open = found["proposal"]["currency"] is None or not found["kind"]
    assert left_in_silence(found) == []
    if answer.status_code == 422:
        assert answer.json()["questions"] == found["questions"] != []
    elif answer.status_code == 400:
        assert (is_open and wrong) or answer.json()["error_count"] == found["error_count"] > 0
    else:
        assert (answer.status_code, found["questions"]) == (201, [])


def test_the_real_file_gives_its_sums(registered):
    content = (DATA / "robyn_weekly_marketing.csv").read_bytes()
    found = preview(registered, content)

    # What nothing in the file says.
    answer = send(registered, content, {**found["proposal"], "currency": "EUR"})

    assert (answer.status_code, left_in_silence(found)) == (201, [])
    query = {"measures": ["spend", "revenue"], "from": "2015-11-23", "to": "2019-11-17"}
    totals = registered.post("/api/analytics/query", query, format="json").json()["totals"]
    assert totals == {"spend": "14529098.51", "revenue": "379005696.67"}
