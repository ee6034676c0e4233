"""A large file on the import page in a real browser: its jobs are followed where it was sent."""

import pytest
from playwright.sync_api import expect

from apps.integrations.imports.operations import files, importing
from omnify.jobs.execution import run_job
from omnify.jobs.models import Job
from tests.apps.integrations.imports.pages import GOOD, PAGE
from tests.browsers import chromium, open_page  # noqa: F401 - a fixture
from tests.conftest import REGISTRATION
from tests.needs import needs

pytestmark = [needs("chromium-headless-shell"), pytest.mark.django_db(transaction=True)]


def end_job(kind):
    run_job("integrations", str(Job.objects.get(kind=f"integrations.{kind}").id))


class TestLargeFile:
    @pytest.fixture
    def page(self, chromium, live_server, registered, monkeypatch):  # noqa: F811
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 3)
        monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 30)
        page = open_page(chromium)
        page.goto(f"{live_server.url}/app/auth/sign-in?next={PAGE}")
        page.get_by_label("E-mail").fill(REGISTRATION["email"])
        page.get_by_label("Password").fill(REGISTRATION["password"])
        page.keyboard.press("Enter")
        yield page
        page.close()

    def test_is_followed_until_it_is_there_and_until_it_is_gone(self, page, live_server, tmp_path):
        file = tmp_path / "weeks.csv"
        file.write_text(GOOD)
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Currency").fill("EUR")
        page.get_by_role("button", name="Continue to the check").click()
        expect(page.get_by_role("progressbar", name="Check", exact=True)).to_be_visible()
        end_job("check_file")
        expect(page.get_by_role("progressbar", name="Check", exact=True)).to_be_hidden()
        expect(page.get_by_text("2 rows look good")).to_be_visible()
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_role("progressbar", name="Import", exact=True)).to_be_visible()
        page.goto(f"{live_server.url}{PAGE}")
        # What runs comes a moment later, over the page's foot: a click meanwhile may hit neither.
        expect(page.get_by_role("list", name="Running work")).to_be_visible()
        page.get_by_role("link", name="weeks.csv").click()
        expect(page.get_by_role("progressbar", name="Import", exact=True)).to_be_visible()
        end_job("commit_import")

        expect(page.get_by_text("were imported as 4 metrics in EUR.")).to_be_visible()
        page.get_by_role("link", name="Undo weeks.csv").click()
        page.get_by_role("button", name="Yes, undo weeks.csv").click()
        expect(page.get_by_role("progressbar", name="Undo", exact=True)).to_be_visible()
        end_job("undo_import")

        expect(page.get_by_text("The import was undone.")).to_be_visible()
        assert page.problems == []
