"""A large file's preview is of its beginning, and a job checks the whole file."""

from datetime import date, timedelta

import pytest

from apps.integrations.imports import queries
from apps.integrations.imports.operations import files
from apps.integrations.models import StagedFile
from omnify.jobs.execution import run_job
from omnify.jobs.models import Job
from tests.apps.integrations.imports.reading.workbooks import workbook_of
from tests.apps.integrations.requests import MAPPING, send

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "day,sales,tv_spend"
DAYS = 300
SPEND = {**MAPPING, "channels": [{"name": "tv", "spend": "tv_spend"}]}


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 3000)
    monkeypatch.setattr(files, "FIRST_BYTES", 500)
    monkeypatch.setattr(files, "CHUNK_BYTES", 1000)


def text_of(*last, days=DAYS):
    first = date(2026, 1, 1)
    rows = [f"{first + timedelta(days=number)},1.5,2" for number in range(days)]
    return "\n".join([HEADER, *rows, *last, ""])


def preview(client, text, mapping=SPEND):
    answer = send(client, text, mapping, query="?preview=true")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def check(client, job_id):
    run_job("integrations", job_id)
    return client.get(f"/api/integrations/jobs/{job_id}").json()


def sums_of(found):
    return {(each["channel"], each["measure"]): each["sum"] for each in found["sums"]}


class TestPreviewOfALargeFile:
    def test_is_of_the_beginning_of_a_small_workbook_that_unpacks_to_much(
        self, registered, monkeypatch
    ):
        monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 1_000_000)
        monkeypatch.setattr(files, "MOST_DIRECT_UNPACKED", 3000)
        rows = [line.split(",") for line in text_of().splitlines()]

        shown = preview(registered, workbook_of(rows), SPEND)
        report = check(registered, shown["job_id"])

        assert not shown["complete"]
        assert (report["state"], report["result"]["row_count"]) == ("succeeded", DAYS)

    @pytest.mark.parametrize("mapping", [None, SPEND])
    def test_is_of_its_beginning_and_a_job_checks_the_rest(self, registered, mapping):
        shown = preview(registered, text_of("2027-01-01,x,2"), mapping)
        report = check(registered, shown["job_id"])

        assert not shown["complete"]
        assert 10 < shown["row_count"] < 30
        assert shown["error_count"] == 0
        assert (report["state"], report["error"]) == ("succeeded", "")
        found = report["result"]
        assert found["is_complete"]
        assert (found["row_count"], found["error_count"]) == (DAYS + 1, 1)
        assert [error["line"] for error in found["errors"]] == [DAYS + 2]
        assert found["currency"] == ("EUR" if mapping else "")
        assert sums_of(found) == {("", "revenue"): "450", ("tv", "spend"): "600"}

    def test_leaves_open_what_it_takes_away(self, registered):
        fresh = preview(registered, text_of())
        send(registered, text_of(days=3), SPEND)

        known = preview(registered, text_of())

        assert "removed_open" not in [each["code"] for each in fresh["warnings"]]
        assert "removed_open" in [each["code"] for each in known["warnings"]]

    def test_leaves_no_file_behind(self, registered):
        shown = preview(registered, text_of())
        assert StagedFile.unscoped.count() == 1

        check(registered, shown["job_id"])

        assert not StagedFile.unscoped.exists()

    def test_has_a_job_that_tells_how_far_it_is(self, registered, monkeypatch):
        notes = []
        original = queries.check_staged

        def look(*args, **options):
            found = original(*args, **options)
            notes.append(Job.objects.values_list("done", "total", "note").get(id=shown["job_id"]))
            return found

        shown = preview(registered, text_of())
        monkeypatch.setattr(queries, "check_staged", look)
        check(registered, shown["job_id"])

        [(done, total, note)] = notes
        assert (total, note) == (1000, "reading")
        assert 600 < done < total

    def test_has_a_job_that_names_the_refusal_of_the_whole(self, registered):
        shown = preview(registered, text_of('2027-01-01,"1,2'))
        report = check(registered, shown["job_id"])

        assert report["state"] == "failed"
        assert report["result"]["code"] == "csv_invalid"
        [error] = report["result"]["errors"]
        assert (error["line"], error["message"]) == (
            DAYS + 2,
            "A quote that opens here is never closed.",
        )
        assert not StagedFile.unscoped.exists()

    def test_has_a_job_that_asks_what_the_beginning_does_not_show(self, registered):
        text = f"{HEADER}\n" + "2026-01-01,1,2\n" * 300 + "2026-01-01,1,1.234\n"
        shown = preview(registered, text)
        report = check(registered, shown["job_id"])

        assert shown["questions"] == []
        assert [each["field"] for each in report["result"]["questions"]] == ["tv_spend"]

    def test_ends_when_its_job_is_cancelled(self, registered):
        shown = preview(registered, text_of())
        registered.delete(f"/api/integrations/jobs/{shown['job_id']}")

        assert check(registered, shown["job_id"])["state"] == "cancelled"

    def test_has_no_job_if_nothing_can_be_mapped(self, registered):
        text = "name,note\n" + "a,b\n" * 2000

        shown = preview(registered, text, None)

        assert (shown["complete"], shown["job_id"]) == (True, None)
        assert not StagedFile.unscoped.exists()


class TestPreviewOfASmallFile:
    def test_is_whole(self, registered):
        shown = preview(registered, text_of(days=100))

        assert (shown["complete"], shown["job_id"], shown["row_count"]) == (True, None, 100)
        assert not Job.objects.filter(kind="integrations.check_file").exists()
