"""Large files on the import pages: their beginning is shown at once, the rest by jobs."""

import json
import re
from datetime import date, timedelta

import pytest

from apps.integrations.imports.models import StagedChunk, StagedFile
from apps.integrations.imports.operations import files
from apps.integrations.models import CsvImport, DailyMetric
from omnify.jobs.execution import run_job
from omnify.jobs.models import Job
from tests.apps.integrations.imports.pages import (
    CHECK,
    GOOD,
    HTMX,
    IMPORT,
    PAGE,
    READ,
    choose,
    fields_of,
    send,
    upload,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = "".join(f"{date(2026, 1, 1) + timedelta(days=number)},1,2,a\n" for number in range(200))
LARGE = f"day,revenue,tv_spend,note\n{ROWS}"


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 3000)
    monkeypatch.setattr(files, "FIRST_BYTES", 500)


def progress_in(answer):
    [found] = re.findall(rf'hx-get="({PAGE}jobs/[^"]+)"', answer.content.decode())
    return found


def run(address):
    run_job("integrations", re.search("jobs/([0-9a-f-]+)", address)[1])


def checks():
    return Job.objects.filter(kind="integrations.check_file")


def end_refused(**details):
    refusal = {"title": "", "status": 400, "detail": "", **details}
    Job.objects.update(state="failed", error="Refused.", result=json.dumps(refusal).encode())


class TestImportOfALargeFile:
    @pytest.fixture
    def answer(self, browser):
        return send(browser, IMPORT, LARGE)

    @pytest.fixture
    def address(self, answer):
        return progress_in(answer)

    def test_says_how_far_it_is_until_it_is_taken(self, browser, answer, address):
        waiting = browser.get(address, headers=HTMX).content.decode()
        listed = browser.get(PAGE).content.decode()
        run(address)
        ended = browser.get(address, headers=HTMX)
        done = browser.get(answer.redirect_chain[-1][0])["Location"]
        page = browser.get(done).content.decode()

        assert f'hx-get="{address}" hx-trigger="every 1s"' in waiting
        assert f'href="{address}"' in listed
        assert ended["HX-Redirect"] == done == f"{PAGE}imports/{CsvImport.unscoped.get().id}"
        said = page.replace("\N{NO-BREAK SPACE}", " ")
        assert "200 rows of 1 Jan – 19 Jul 2026 were imported as 400 metrics" in said
        assert "Not imported yet" not in browser.get(PAGE).content.decode()
        assert DailyMetric.unscoped.count() == 400

    def test_reads_the_file_that_is_kept_for_the_other_steps(self, browser, address):
        assert StagedChunk.unscoped.count() == 1
        run(address)

        [draft] = StagedFile.unscoped.filter(choices__isnull=False)
        assert StagedChunk.unscoped.get().file_id == draft.id

    def test_says_that_the_same_file_changed_nothing(self, browser, address):
        run(address)
        again = progress_in(send(browser, IMPORT, LARGE))
        run(again)

        assert "unchanged=1" in browser.get(again, headers=HTMX)["HX-Redirect"]
        assert CsvImport.unscoped.count() == 1

    def test_says_that_it_came_to_nothing(self, browser, address):
        Job.objects.update(state="failed", error="The disk is full.")

        page = browser.get(address).content.decode()

        assert "Nothing was imported. The disk is full." in page
        assert "Back to the check" in page
        assert "<html" in page
        assert f'href="{address}"' in browser.get(PAGE).content.decode()

    def test_can_be_tried_again_after_it_was_refused(self, browser):
        [(address, _)] = send(browser, IMPORT, f"{LARGE}2026-08-01,x,1,a\n").redirect_chain
        run(address)

        refused = browser.get(address).content.decode()

        assert "Line 202, revenue" in refused
        assert StagedFile.unscoped.filter(choices__isnull=False).count() == 1
        [check] = re.findall(r'href="([^"]+/check)">Back to the check', refused)
        assert browser.get(check).status_code == 200

    def test_asks_what_its_job_cannot_tell(self, browser, address):
        end_refused(code="csv_ambiguous", questions=[{"field": "sales", "readings": []}])

        page = browser.get(address, headers=HTMX).content.decode()

        assert "some columns can be read in several ways" in page
        assert "/check" in page

    def test_is_cancelled_on_its_page(self, browser, address):
        [cancel] = re.findall(
            r'action="([^"]+/cancel[^"]*)"', browser.get(address).content.decode()
        )

        answer = browser.post(cancel)
        page = browser.get(answer["Location"]).content.decode()
        again = browser.post(cancel)

        assert answer["Location"] == again["Location"] == address
        assert "Nothing was imported. It was cancelled." in page
        assert "/cancel" not in page
        assert Job.objects.get(kind="integrations.commit_import").state == "cancelled"

    def test_offers_no_cancelling_to_those_who_see_it_alone(
        self, browser, address, token_of, make_principal
    ):
        organization_id = StagedFile.unscoped.first().organization_id
        viewer = make_principal(organization_id=organization_id, permissions=("integration:view",))
        browser.cookies["omnify-access"] = token_of(viewer)

        page = browser.get(address).content.decode()

        assert "/cancel" not in page
        assert browser.post(address.replace("?", "/cancel?")).status_code == 403

    def test_is_the_organization_s_own(self, browser, address, token_of, make_principal):
        browser.cookies["omnify-access"] = token_of(make_principal())

        assert browser.get(address).status_code == 404


class TestCheckOfALargeFile:
    def check(self, browser, last):
        """What is said at first, and once the job is over."""
        first = send(browser, CHECK, LARGE + last)
        address = progress_in(first)
        run(address)
        led = browser.get(address, headers=HTMX)["HX-Redirect"]
        return first.content.decode(), browser.get(led, headers=HTMX).content.decode()

    def test_is_shown_when_its_job_is_over(self, browser):
        shown, done = self.check(browser, "")

        assert "what is shown is of its beginning" in shown
        assert "200 rows look good" in done
        assert "200.00" in done
        assert "400.00" in done
        assert "progress" not in done
        assert StagedFile.unscoped.count() == 1

    def test_tells_what_is_wrong_at_the_end(self, browser):
        shown, done = self.check(browser, "2026-07-20,x,1,a\n")

        assert "wrong in the file" not in shown
        assert "1 thing is wrong in the file." in done
        assert "Line 202, revenue" in done

    def test_asks_what_the_beginning_does_not_show(self, browser):
        _, done = self.check(browser, "2026-07-20,1,1.234,a\n")

        assert fields_of(done)["asked"] == ["tv_spend"]

    def test_begins_once_for_what_is_chosen(self, browser):
        address = upload(browser, LARGE)["Location"]
        for _ in range(2):
            choose(browser, address, currency="EUR")
        browser.get(address.replace(READ, CHECK))
        assert len(checks()) == 1

        choose(browser, address, currency="USD")

        assert len(checks()) == 2

    def test_is_not_begun_when_the_columns_are_read(self, browser):
        text = send(browser, READ, LARGE).content.decode()

        assert "The check reads all of it." in text
        assert not checks()

    def test_of_a_small_file_needs_no_job(self, browser):
        send(browser, CHECK, GOOD)

        assert not checks()
