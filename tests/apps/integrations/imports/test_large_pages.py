"""Large files on the import page: their beginning is shown at once, the rest by jobs."""

import json
import re
from datetime import date, timedelta

import pytest

from apps.integrations.imports.operations import files, importing
from apps.integrations.models import DailyMetric
from omnify.jobs.execution import run_job
from omnify.jobs.models import Job
from tests.apps.integrations.imports.pages import (
    CHOSEN,
    HTMX,
    PAGE,
    READ,
    fields_of,
    send,
)


def end_refused(**details):
    refusal = {"title": "", "status": 400, "detail": "", **details}
    Job.objects.update(state="failed", error="Refused.", result=json.dumps(refusal).encode())


@pytest.mark.django_db(transaction=True)
class TestLargeFile:
    @pytest.fixture
    def answer(self, browser, monkeypatch):
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 3)
        return send(browser, "import").content.decode()

    @pytest.fixture
    def address(self, answer):
        return re.search(r'hx-get="(/app/integrations/jobs/[0-9a-f-]+)"', answer)[1]

    def test_says_how_far_it_is_until_it_is_taken(self, browser, address):
        waiting = browser.get(address, headers=HTMX).content.decode()
        run_job("integrations", address.rpartition("/")[2])
        ended = browser.get(address, headers=HTMX)
        done = ended.content.decode()

        assert ended["HX-Trigger"] == "omnify:imports"
        assert 'hx-trigger="omnify:imports from:body"' in browser.get(PAGE).content.decode()
        assert f'hx-get="{address}" hx-trigger="every 1s"' in waiting
        assert "2 rows from 2026-01-01 to 2026-01-02 were imported as 4 metrics in EUR." in done
        assert "hx-trigger" not in done
        assert DailyMetric.unscoped.count() == 4

    def test_says_that_it_came_to_nothing(self, browser, address):
        Job.objects.update(state="failed", error="The disk is full.")

        page = browser.get(address).content.decode()

        assert "Nothing was imported. The disk is full." in page
        assert "<html" in page

    def test_says_what_its_job_found_wrong(self, browser, address):
        errors = [{"line": 7, "column": "sales", "value": "x", "message": "Not a number."}]
        end_refused(code="csv_invalid", errors=errors, error_count=60)

        page = browser.get(address, headers=HTMX).content.decode()

        assert "60 things are wrong in the file; the first 1 are listed." in page
        assert "Line 7, sales: Not a number." in page

    def test_asks_what_its_job_cannot_tell(self, browser, address, answer):
        readings = [{"option": "decimal", "value": mark, "sum": "1"} for mark in ",."]
        end_refused(code="csv_ambiguous", questions=[{"field": "sales", "readings": readings}])

        page = browser.get(address, headers=HTMX).content.decode()

        assert fields_of(page) == {"asked": ["sales"], "answer": [""]}
        # The form is still there to be sent again.
        assert fields_of(answer)["use"] == CHOSEN["use"]

    def test_is_the_organization_s_own(self, browser, address, token_of, make_principal):
        browser.cookies["omnify-access"] = token_of(make_principal())

        assert browser.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
class TestCheckOfALargeFile:
    @pytest.fixture(autouse=True)
    def small_limits(self, monkeypatch):
        monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 3000)
        monkeypatch.setattr(files, "FIRST_BYTES", 500)

    def check(self, browser, last):
        """What is said at first, and what once the job is over."""
        days = (date(2026, 1, 1) + timedelta(days=number) for number in range(200))
        rows = "".join(f"{day},1,2,a\n" for day in days)
        text = send(browser, "check", f"day,sales,tv_spend,note\n{rows}{last}")
        shown = text.content.decode()
        address = re.search(r'hx-get="(/app/integrations/jobs/[0-9a-f-]+)"', shown)[1]
        run_job("integrations", address.rpartition("/")[2])
        return shown, browser.get(address, headers=HTMX).content.decode()

    def test_goes_on_in_a_job(self, browser):
        shown, done = self.check(browser, "")

        assert "what is shown is of its beginning" in shown
        assert "The whole file was checked: 200 rows look good." in done
        assert "all, revenue: 200" in done
        assert "tv, spend: 400" in done

    def test_tells_what_is_wrong_at_the_end(self, browser):
        shown, done = self.check(browser, "2026-07-20,x,1,a\n")

        assert "wrong in the file" not in shown
        assert "1 thing is wrong in the file." in done
        assert "Line 202, sales" in done

    def test_asks_what_the_beginning_does_not_show(self, browser):
        _, done = self.check(browser, "2026-07-20,1,1.234,a\n")

        assert fields_of(done) == {"asked": ["tv_spend"], "answer": [""]}

    def test_is_not_begun_when_the_columns_are_read(self, browser):
        rows = "2026-01-01,1,1,a\n" * 500
        text = send(browser, READ, f"day,sales,tv_spend,note\n{rows}").content.decode()

        assert "Check the file to look at all of it." in text
        assert not Job.objects.filter(kind="integrations.check_file").exists()
