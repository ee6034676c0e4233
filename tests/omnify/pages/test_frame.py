"""The frame of all pages in a real browser: search, running work, details beside it, sending."""

import pytest
from playwright.sync_api import expect

from tests.browsers import open_page, serious_issues
from tests.needs import needs
from tests.omnify.pages import site

pytestmark = needs("chromium-headless-shell")
BOTH = pytest.mark.parametrize("scheme", ["light", "dark"])

#: Send a form without htmx, whose answer never comes.
LEAVE = """() => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "form" });
    document.body.append(form);
    form.requestSubmit();
}"""


@pytest.fixture
def address(live_server, settings):
    settings.ROOT_URLCONF = "tests.omnify.pages.site"
    site.running.clear()
    return f"{live_server.url}/app/test"


@pytest.fixture
def page(browser, address):
    opened = open_page(browser, viewport={"width": 1280, "height": 900})
    opened.goto(f"{address}/parts")
    return opened


class TestSearch:
    def test_is_done_by_keys_alone(self, page, address):
        page.keyboard.press("Control+k")
        box = page.get_by_role("combobox", name="Search pages")
        expect(box).to_be_focused()
        page.keyboard.type("t")
        page.keyboard.type("v")
        option = page.locator("dialog.search").get_by_role("option", name="tv")
        expect(option).to_have_attribute("aria-selected", "true")
        assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")

        page.keyboard.press("Enter")

        page.wait_for_url(f"{address}/details")

    def test_moves_among_what_is_found_and_goes_round(self, page):
        page.keyboard.press("/")
        page.keyboard.type("t")
        page.keyboard.press("Backspace")
        expect(page.locator("dialog.search").get_by_role("option")).to_have_count(2)
        chosen = page.locator("[role=option][aria-selected=true]")
        expect(chosen).to_contain_text("Here")

        page.keyboard.press("ArrowUp")
        expect(chosen).to_contain_text("API")
        page.keyboard.press("ArrowDown")
        expect(chosen).to_contain_text("Here")

    def test_shows_texts_as_texts_and_says_how_many(self, page):
        page.get_by_role("button", name="Search", exact=True).click()
        page.keyboard.type("tilda")

        option = page.locator("dialog.search").get_by_role("option", name="Tilda <b>")
        expect(option.locator("bdi")).to_contain_text("Tilda <b>")
        expect(page.locator(".search-status")).to_have_text("1 found")

    def test_leaves_out_who_does_not_answer(self, page):
        page.route("**/app/test/search*", lambda route: route.abort())
        page.keyboard.press("Control+k")
        with page.expect_event("requestfailed"):
            page.keyboard.type("ap")

        expect(page.locator("dialog.search").get_by_role("option")).to_have_text(["API"])

    def test_finds_once_the_session_is_renewed(self, page):
        page.route("**/app/auth/renew", lambda route: route.fulfill(status=204))
        refusals = iter([401])

        def answer(route):
            status = next(refusals, None)
            route.fulfill(status=status) if status else route.continue_()

        page.route("**/app/test/search*", answer)
        page.keyboard.press("Control+k")
        page.keyboard.type("tv")

        expect(page.locator("dialog.search").get_by_role("option", name="tv")).to_be_visible()
        assert next(refusals, None) is None

    def test_closes_by_escape_and_gives_the_focus_back(self, page):
        button = page.get_by_role("button", name="Search", exact=True)
        button.press("Enter")
        page.keyboard.type("tv")
        page.keyboard.press("Escape")

        expect(page.get_by_role("combobox")).to_be_hidden()
        expect(button).to_be_focused()

    def test_leaves_fields_their_slash(self, page):
        page.get_by_label("Name").last.press("/")

        expect(page.locator("dialog.search")).to_be_hidden()

    @BOTH
    def test_can_be_used_by_all(self, browser, address, scheme):
        page = open_page(browser, color_scheme=scheme, viewport={"width": 320, "height": 700})
        page.goto(f"{address}/parts")
        page.keyboard.press("Control+k")
        page.keyboard.type("tv")
        expect(page.locator("dialog.search").get_by_role("option")).to_have_count(1)

        assert serious_issues(page) == []


class TestWork:
    def test_shows_how_far_it_is_and_leads_to_the_result(self, page, address):
        site.running.update(site.RUNNING)
        page.reload()
        strip = page.locator("work-strip")
        expect(strip).to_contain_text("40 % · 1 min 15 s")
        expect(strip.get_by_role("progressbar", name="Import of a file")).to_be_visible()

        site.running.update(state="succeeded", percent=100, cancel_url="")

        expect(strip).to_contain_text("done")
        expect(strip.get_by_role("status")).to_have_text("Import of a file: done.")
        strip.get_by_role("link", name="See the result").click()
        page.wait_for_url(f"{address}/details")
        page.goto(f"{address}/parts")
        page.wait_for_load_state("networkidle")
        expect(strip).to_be_hidden()

    def test_is_not_asked_for_by_a_page_that_a_form_leaves(self, page):
        for name in ("work", "form"):
            page.route(f"**/app/test/{name}", lambda _: None)
        with page.expect_request("**/app/test/work"):
            page.reload()

        with page.expect_event("requestfailed", lambda request: request.url.endswith("work")):
            page.evaluate(LEAVE)

    def test_is_cancelled_by_key_and_hidden(self, page):
        site.running.update(site.RUNNING)
        page.reload()
        strip = page.locator("work-strip")

        strip.get_by_role("button", name="Cancel: Import of a file").press("Enter")
        expect(strip).to_contain_text("was cancelled")
        strip.get_by_role("button", name="Hide: Import of a file").press("Enter")

        expect(strip).to_be_hidden()

    @BOTH
    def test_can_be_used_by_all(self, browser, address, scheme):
        site.running.update(site.RUNNING)
        page = open_page(browser, color_scheme=scheme, viewport={"width": 320, "height": 700})
        page.goto(f"{address}/parts")
        expect(page.locator("work-strip")).to_contain_text("Import of a file")

        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


class TestDrawer:
    def test_opens_beside_the_page_under_an_address_of_its_own(self, page, address):
        link = page.get_by_role("link", name="Details", exact=True)

        link.press("Enter")

        drawer = page.get_by_role("dialog", name="Details of tv")
        expect(drawer).to_contain_text("All of it.")
        assert page.url == f"{address}/details"
        assert serious_issues(page) == []
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        page.wait_for_url(f"{address}/parts")
        expect(link).to_be_focused()
        expect(page).to_have_title("Test · Omnify")

    def test_closes_by_going_back(self, page, address):
        page.get_by_role("link", name="Details", exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()

        page.go_back()

        expect(page.get_by_role("dialog")).to_be_hidden()
        assert page.url == f"{address}/parts"

    def test_is_a_page_where_its_address_is_opened(self, page, address):
        page.get_by_role("link", name="Details", exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()

        page.reload()

        expect(page.get_by_role("heading", name="Details of tv", level=1)).to_be_visible()


class TestFilling:
    def test_keeps_the_focus_of_what_has_no_id(self, page, address):
        page.locator("#again").evaluate("it => it.removeAttribute('id')")
        again = page.get_by_role("link", name="Again")
        again.press("Enter")
        page.wait_for_url(f"{address}/parts?again=1")

        expect(again).to_be_focused()


class TestSending:
    def test_is_done_once_with_a_busy_button(self, page):
        held, sent = [], []
        page.route("**/app/test/name", lambda route: held.append(route))  # noqa: PLW0108 - it is marked
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_label("Name").last.fill("Ada")
        button = page.get_by_role("button", name="Save").last

        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        # At once: it would wait until the button is free again.
        button.click(force=True)
        button.press("Enter")
        held[0].fulfill(status=204)

        # What waited for the answer would go before what is asked now.
        expect(button).not_to_have_attribute("aria-busy", "true")
        with page.expect_request("**/app/test/name?after"):
            page.evaluate("() => { fetch('/app/test/name?after'); }")
        assert sent.count("POST") == 1

    def test_goes_to_what_is_wrong(self, page, address):
        page.set_viewport_size({"width": 1280, "height": 400})
        page.goto(f"{address}/name")
        page.get_by_label("Name").fill("taken")
        page.keyboard.press("Enter")

        expect(page.get_by_label("Name")).to_be_focused()
        expect(page.get_by_text("This name is taken.")).to_be_in_viewport()
        # It is selected once the page's script has been there.
        page.wait_for_function("getSelection().toString() === 'taken'")
        page.keyboard.type("Ada")
        expect(page.get_by_label("Name")).to_have_value("Ada")

    def test_keeps_what_is_typed_when_the_session_has_ended(self, page, address):
        page.route("**/app/auth/renew", lambda route: route.fulfill(status=401))
        page.route(
            "**/app/test/name",
            lambda route: route.fulfill(
                status=204, headers={"HX-Redirect": "/app/auth/renew?next=%2F"}
            ),
        )
        field = page.get_by_label("Name").last
        field.fill("Ada")
        field.press("Enter")

        said = page.get_by_role("dialog", name="You were signed out")
        expect(said.get_by_role("link", name="Sign in")).to_be_visible()
        said.get_by_role("button", name="Back to the page").click()
        expect(field).to_have_value("Ada")

    def test_is_done_again_after_a_renewal(self, page, address):
        renewed = []
        page.route(
            "**/app/auth/renew",
            lambda route: (renewed.append(1), route.fulfill(status=204)),
        )
        answers = iter([{"HX-Redirect": "/app/auth/renew?next=%2F"}])

        def answer(route):
            headers = next(answers, None)
            route.fulfill(status=204, headers=headers) if headers else route.continue_()

        page.route("**/app/test/name", answer)
        page.get_by_label("Name").last.fill("Ada")
        page.keyboard.press("Enter")

        expect(page.get_by_text("It is called Ada.")).to_be_visible()
        assert renewed == [1]


class TestCard:
    def test_stands_where_it_is_while_the_rest_of_it_arrives(self, browser, live_server):
        page = open_page(browser, viewport={"width": 375, "height": 812})
        page.goto(f"{live_server.url}/app/auth/sign-in")
        top = "document.querySelector('.card').getBoundingClientRect().top"

        whole = page.evaluate(top)
        page.evaluate("document.querySelector('.page-form').remove()")

        assert page.evaluate(top) == whole
