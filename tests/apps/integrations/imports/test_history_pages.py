"""The imports that were made, on the page, and how one is undone there."""

import re
from uuid import uuid4

import pytest

from apps.integrations.imports.models import Change
from apps.integrations.imports.operations import drafts, importing
from apps.integrations.imports.operations.changing import begin_change
from apps.integrations.models import Connection, CsvImport, DailyMetric
from omnify.context import Principal, acting_as
from omnify.db import atomic
from omnify.jobs.execution import run_job
from tests.apps.integrations.imports.pages import CHECK, GOOD, HTMX, IMPORT, PAGE, send, upload
from tests.apps.integrations.requests import own_queries, spend_of
from tests.factories.integrations import make_connection, make_import

pytestmark = pytest.mark.django_db
LATER = "day,sales,tv_spend,note\n2026-01-02,7,5,a\n2026-01-03,1,1,b\n"


def page_of(client, **params):
    return client.get(PAGE, params, headers=HTMX).content.decode()


def undo_address(text, name):
    [found] = re.findall(rf'href="([^"]+)"[^>]*>\s*Undo<span[^>]*> {name}</span>', text)
    return found


class TestListOfImports:
    def test_says_who_when_what_and_how_much(self, browser):
        send(browser, IMPORT, name="january.csv")

        row = page_of(browser).partition("<tbody>")[2]

        words = re.sub(r"<[^>]+>|\s+", " ", row)
        assert re.search(
            r"january.csv +Imported +shop +1 Jan – 2 Jan 2026 +2 +revenue 97.50 EUR,"
            r" spend 10.00 EUR"
            r" +\d+ \w{3} 20\d\d, \d\d:\d\d UTC by Ada Byron +Undo +january.csv",
            words,
        ), words

    def test_keeps_files_that_are_not_imported_yet(self, browser):
        send(browser, CHECK, name="later.csv")
        send(browser, IMPORT, GOOD + "2026-01-03,1,1,c\n", name="done.csv")

        waiting = page_of(browser).partition("Not imported yet")[2].partition("</section>")[0]

        assert "Waits for you" in waiting
        assert "later.csv" in waiting
        assert "done.csv" not in waiting
        [discard] = re.findall(r'action="([^"]+/discard)"', waiting)
        assert "later.csv" not in browser.post(discard, follow=True).content.decode()
        assert browser.get(discard.replace("discard", "columns")).status_code == 404

    def test_keeps_the_newest_files_of_a_person(self, browser):
        for number in range(drafts.MOST_DRAFTS + 2):
            upload(browser, name=f"file{number}.csv")

        names = re.findall(r"<bdi>(file\d).csv", page_of(browser))

        assert names == ["file6", "file5", "file4", "file3", "file2"]

    def test_leads_to_what_an_import_brought(self, browser):
        address = send(browser, IMPORT).redirect_chain[-1][0]

        assert re.search(rf'<a href="{address}">\s*<bdi>weeks.csv</bdi></a>', page_of(browser))

    def test_says_what_it_is_for_while_it_is_empty(self, browser):
        assert "Nothing was imported yet." in page_of(browser)

    def test_says_how_imports_stand(self, browser, registered):
        send(browser, IMPORT, name="undone.csv")
        browser.post(undo_address(page_of(browser), "undone.csv"))
        connection = Connection.unscoped.get()
        states = {"running.csv": "pending", "odd.csv": "sleeping"}
        for name, state in states.items():
            make_import(connection, file_name=name, state=state, first_date=None, last_date=None)

        rows = re.sub(r"<[^>]+>|\s+", " ", page_of(browser).partition("<tbody>")[2])

        assert re.search(r"odd.csv +Unknown", rows)
        assert re.search(r"running.csv +Being imported", rows)
        assert re.search(r"undone.csv +Undone", rows)

    def test_leads_to_the_job_that_an_import_waits_for(self, browser):
        send(browser, IMPORT)
        made, job_id = CsvImport.unscoped.get(), uuid4()
        with acting_as(Principal(organization_id=made.organization_id)), atomic("integrations"):
            begin_change(made, is_undo=True)
            Change.objects.update(job_id=job_id)

        page = page_of(browser)

        assert "Being undone" in page
        assert re.search(rf'<a href="{PAGE}jobs/{job_id}">\s*See how far</a>', page)
        assert "/undo" not in page

    def test_has_pages(self, browser, registered):
        for day in range(1, 13):
            text = f"day,sales,tv_spend,note\n2026-01-{day:02},1,1,a\n"
            send(browser, IMPORT, text, name=f"file{day}.csv")

        first, second = page_of(browser), page_of(browser, page=2)

        assert "1 to 10 of 12" in first
        assert 'href="/app/integrations/?page=2"' in first
        assert "file12.csv" in first
        assert "file1.csv" not in first
        assert "file1.csv" in second
        assert undo_address(second, "file1.csv").endswith("/undo?page=2")

    def test_is_the_organizations_own(self, browser, token_of, make_principal):
        send(browser, IMPORT)
        browser.cookies["omnify-access"] = token_of(make_principal())

        assert "weeks.csv" not in page_of(browser)

    def test_costs_the_same_however_many_there_are(self, browser):
        for day in range(1, 4):
            send(browser, IMPORT, f"day,sales,tv_spend,note\n2026-01-0{day},1,1,a\n")

        with own_queries(4):
            page_of(browser)

    def test_says_of_which_ones_nothing_is_kept(self, browser):
        send(browser, IMPORT)
        CsvImport.unscoped.update(is_kept=False)

        text = page_of(browser)

        assert "made before imports could be undone" in text
        assert "/undo" not in text


class TestUndo:
    def test_asks_with_what_will_change(self, browser):
        send(browser, IMPORT, name="first.csv")
        send(browser, IMPORT, LATER, name="second.csv")
        text = page_of(browser)

        first = browser.get(undo_address(text, "first.csv"), headers=HTMX).content.decode()
        second = browser.get(undo_address(text, "second.csv"), headers=HTMX).content.decode()

        assert "Undo the import of second.csv?" in second
        said = second.replace("\N{NO-BREAK SPACE}", " ")
        assert "2 rows of the source “shop” of 2 Jan – 3 Jan 2026 no longer" in said
        assert "On these days what came before counts again: first.csv." in second
        assert "What came later stays as it is: second.csv." in first
        assert CsvImport.unscoped.filter(state="active").count() == 2

    def test_asks_where_nothing_comes_back(self, browser):
        send(browser, IMPORT)

        text = browser.get(undo_address(page_of(browser), "weeks.csv")).content.decode()

        assert "<html" in text
        assert "they have no numbers of it" in text

    def test_brings_back_what_was_before(self, browser, registered):
        send(browser, IMPORT, name="first.csv")
        send(browser, IMPORT, LATER, name="second.csv")

        answer = browser.post(undo_address(page_of(browser), "second.csv"), follow=True)

        assert "The import was undone." in answer.content.decode()
        assert "Undone" in page_of(browser).partition("second.csv")[2].partition("</tr>")[0]
        assert spend_of(registered) == {"spend": "10.00", "revenue": "97.50"}

    def test_happens_once(self, browser):
        send(browser, IMPORT)
        address = undo_address(page_of(browser), "weeks.csv")
        browser.post(address)

        assert browser.post(address).status_code == 303
        assert browser.get(address).status_code == 404

    def test_of_another_organization_finds_nothing(self, browser):
        foreign = make_import(make_connection(uuid4()))

        for ask in (browser.get, browser.post):
            assert ask(f"{PAGE}imports/{foreign.id}/undo").status_code == 404
        assert CsvImport.unscoped.get().state == "active"

    def test_needs_the_permission(self, client, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal("viewer"))

        for ask in (client.get, client.post):
            assert ask(f"{PAGE}imports/{uuid4()}/undo").status_code == 403


@pytest.mark.django_db(transaction=True)
class TestUndoOfALargeImport:
    def test_is_followed_on_the_page_of_its_job(self, browser, monkeypatch):
        send(browser, IMPORT)
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 3)

        answer = browser.post(undo_address(page_of(browser), "weeks.csv"), headers=HTMX)
        address = answer["HX-Redirect"]
        waiting = browser.get(address, headers=HTMX).content.decode()
        run_job("integrations", address.rpartition("/")[2])
        done = browser.get(address, headers=HTMX).content.decode()

        assert "is being undone" in waiting
        assert "The import was undone." in done
        assert f'href="{PAGE}"' in done
        assert not DailyMetric.unscoped.exists()
