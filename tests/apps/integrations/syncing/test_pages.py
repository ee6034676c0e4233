"""The pages of a connection: its runs, its fields, its sums, and days that are read again."""

import re
from datetime import UTC, date, datetime
from html import unescape

import msgspec
import pytest
from django.test import Client

from apps.integrations.calling.models import RawAnswer
from apps.integrations.platforms.refusals import IncompleteError, ThrottledError
from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing.models import SyncRun, SyncSlice
from tests.apps.integrations.platforms.remembered import metric
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 11, 25, 18, tzinfo=UTC)
DAYS = {"from_date": "2026-11-02", "to_date": "2026-11-20"}
HTMX = {"hx-request": "true", "hx-target": "part"}


def text_of(answer):
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().replace("\xa0", " "))
    return re.sub(r"\s+", " ", unescape(text))


@pytest.fixture
def page(syncs, token_of, make_principal):
    """A browser of a member of the connection's organization, and the connection's address."""

    class Page:
        url = f"/app/integrations/connections/{syncs.connection.id}"

        @property
        def browser(self):
            browser = Client()
            principal = make_principal(organization_id=syncs.connection.organization_id)
            browser.cookies["omnify-access"] = token_of(principal)
            return browser

        def get(self, tab="", **headers):
            return self.browser.get(f"{self.url}{tab}", headers=headers)

        def post(self, tab, form=None, **options):
            return self.browser.post(f"{self.url}{tab}", form or {}, **options)

    return Page()


class TestConnectionPage:
    def test_says_how_it_stands_and_how_fresh_it_is(self, syncs, page):
        syncs.run()

        said = text_of(page.get())

        assert "Healthy Remembered" in said
        words = "Complete to 24 Nov 2026, today provisional, checked 12:00 UTC, next 18:00 UTC."
        assert words in said
        assert "Shop GmbH Metrics by account 30 of 30 27 Oct 2026 24 Nov 2026" in said

    def test_says_times_in_the_voice_of_who_reads_it(self, syncs, page, platform):
        def rows(*_):
            raise ThrottledError("Spent.", until=UNTIL)
            yield

        platform.rows = rows
        syncs.run()

        said = text_of(page.get(accept_language="de"))
        assert "The platform's quota is spent until 25.11.2026, 18:00 UTC." in said

    def test_tells_its_progress_until_it_has_ended(self, syncs, page, platform):
        stream = StreamSpec(name="metrics", level="account", slice_days=10)
        platform.spec = msgspec.structs.replace(platform.spec, streams=(stream,))
        seen = []

        def report(done, *_):
            if done == 1:
                seen.append(page.get("/standing?done=0", **HTMX))

        syncs.go(syncs.start().json()["id"], report)
        after = page.get("/standing?done=10", **HTMX)

        [during] = seen
        said = text_of(during)
        assert "33 % of all days are here, the newest first." in said
        assert "Sync under way : 1 of 3 parts, 10 rows, 0 calls." in said
        assert 'id="streams" hx-swap-oob="true"' in during.content.decode()
        assert "/standing?done=10" in during.content.decode()
        # Then the whole of the page is new.
        assert after["HX-Retarget"] == "#part"
        assert "What is here" in text_of(after)
        assert "hx-trigger" not in after.content.decode()

    def test_is_a_whole_page_without_a_script(self, page):
        assert "<h1" in page.get("/standing").content.decode()

    def test_of_files_offers_nothing_to_read(self, syncs, page):
        type(syncs.connection).objects.update(platform="csv")

        said = text_of(page.get())
        assert "Sync now" not in said
        assert "Choose accounts" not in said

    @pytest.mark.parametrize("tab", ["", "/standing", "/syncs", "/reconciliation", "/fields"])
    def test_of_another_organization_is_not_there(self, page, tab):
        stranger = Client()
        member = make_member(make_organization(), "owner")
        stranger.cookies["omnify-access"] = member.client.tokens.access_token

        assert stranger.get(f"{page.url}{tab}").status_code == 404


class TestRunPages:
    def test_tell_what_came_of_each_run(self, syncs, page):
        syncs.run()

        assert "Done 1 of 1 30 0 0 0 0" in text_of(page.get("/syncs"))

    def test_tell_of_a_failed_part_why_with_the_platforms_id(self, syncs, page, platform):
        def rows(*_):
            raise IncompleteError("It was cut.", request_id="req-77")
            yield

        platform.rows = rows
        run = syncs.run()
        RawAnswer.objects.create(
            connection=syncs.connection,
            run_id=run["id"],
            method="GET",
            path="/insights",
            status=200,
        )

        url = f"/app/integrations/sync-runs/{run['id']}"
        said = text_of(page.browser.get(url))

        assert "It was cut. The platform's request id: req-77." in said
        assert "Metrics by account Failed 27 Oct – 25 Nov 2026 Shop GmbH It was cut. req-77" in said
        assert "GET /insights 200" in said
        assert "Ask again what is missing" in said

    def test_lead_to_another_try(self, syncs, page, platform):
        run = syncs.run()
        SyncRun.objects.update(state=SyncRun.State.FAILED)
        SyncSlice.objects.update(state=SyncSlice.State.FAILED)
        url = f"/app/integrations/sync-runs/{run['id']}"

        said = text_of(page.browser.post(f"{url}/retry", follow=True))
        assert "What is missing is asked again." in said

        said = text_of(page.browser.post(f"{url}/cancel", follow=True))
        assert "The sync is cancelled." in said
        assert SyncRun.objects.get().state == SyncRun.State.CANCELLED

    def test_of_another_organization_are_not_there(self, syncs):
        run = syncs.run()
        stranger = Client()
        member = make_member(make_organization(), "owner")
        stranger.cookies["omnify-access"] = member.client.tokens.access_token

        assert stranger.get(f"/app/integrations/sync-runs/{run['id']}").status_code == 404


class TestReconciliationPage:
    def test_says_in_one_sentence_that_all_agrees(self, syncs, page):
        syncs.run()

        said = text_of(page.get("/reconciliation"))
        words = "All 27 sums of 29 Oct – 24 Nov 2026 are the platform's own, to the last digit."
        assert words in said

    def test_shows_first_what_differs(self, syncs, page, platform):
        wrong = date(2026, 11, 3)
        platform.totals = lambda _, day: 1_500_000 if day == wrong else 1_000_000
        syncs.run()

        said = text_of(page.get("/reconciliation"))

        assert "1 of 27 sums of 29 Oct – 24 Nov 2026 differ from the platform's own." in said
        first = said.index("3 Nov 2026 Differs Spend 1.00 € 1.50 € −0.50 € Shop GmbH")
        assert first < said.index("24 Nov 2026 Alike")
        assert first < said.index("25 Nov 2026 Still open")

    def test_compares_the_days_that_are_chosen(self, syncs, page):
        syncs.run()

        chosen = "/reconciliation?from_date=2026-11-10&to_date=2026-11-12"
        assert "All 3 sums of 10 Nov – 12 Nov 2026" in text_of(page.get(chosen))

        wrong = page.get("/reconciliation?from_date=2026-11-12&to_date=2026-11-10")
        assert wrong.status_code == 400
        assert "The last day is before the first." in wrong.content.decode()

    def test_says_where_nothing_can_be_compared(self, page):
        assert "Nothing to compare" in text_of(page.get("/reconciliation"))


class TestFieldsPage:
    def test_shows_what_comes_at_each_level_and_why_not(self, syncs, page, platform):
        levels = (
            StreamSpec(name="metrics", level="account"),
            StreamSpec(name="metrics", level="ad"),
        )
        platform.spec = msgspec.structs.replace(platform.spec, streams=levels)

        def rows(api, account, wanted):
            reasons = {"clicks": "unsupported_at_level"} if wanted.level == "ad" else {}
            yield metric(account, wanted.level, wanted.first, 1_000_000, reasons=reasons)

        platform.rows = rows
        syncs.run()

        said = text_of(page.get("/fields"))
        assert "Spend Comes Comes" in said
        assert "Clicks Not seen yet Not at this level" in said


class TestResyncPage:
    def test_shows_what_it_costs_before_it_is_asked(self, syncs, page):
        syncs.run()

        shown = page.post("/resync", DAYS)
        assert "2 Nov – 20 Nov 2026: at least 1 request to the platform" in text_of(shown)
        assert SyncRun.objects.count() == 1

        told = re.search(r'name="told" value="([^"]+)"', shown.content.decode())[1]
        said = text_of(page.post("/resync", {**DAYS, "told": told}, follow=True))
        assert "is read again, 2 Nov – 20 Nov 2026." in said
        assert SyncRun.objects.first().wanted["from"] == "2026-11-02"

    def test_shows_the_cost_of_other_days_anew(self, syncs, page):
        syncs.run()
        told = "2026-11-01 2026-11-20"

        said = text_of(page.post("/resync", {**DAYS, "told": told}))

        assert "at least 1 request to the platform" in said
        assert SyncRun.objects.count() == 1

    def test_says_of_days_that_have_not_begun_that_there_are_none(self, syncs, page):
        syncs.run()

        said = text_of(page.post("/resync", {"from_date": "2027-01-01", "to_date": "2027-01-02"}))

        assert "The platform keeps none of these days any more" in said

    def test_begins_nothing_while_another_run_is_under_way(self, syncs, page):
        syncs.start()
        told = "2026-11-02 2026-11-20"

        answer = page.post("/resync", {**DAYS, "told": told})

        assert answer.status_code == 409
        assert "It is being read just now" in answer.content.decode()
