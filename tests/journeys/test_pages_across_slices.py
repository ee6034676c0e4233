"""The pages of a fleet of singles in a real browser: one session for all."""

from playwright.sync_api import expect

from tests.browsers import open_page
from tests.journeys import main_job
from tests.journeys.fleets import MICROSERVICES
from tests.journeys.pages import Site, arrive, sign_in, sign_out
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")
#: What a page's script is answered by another slice.
ASKED = "url => askInSession(url).then((answer) => answer.json())"


class TestPages:
    def test_search_and_follow_work_of_all_slices(self, browser, fleets):
        addresses = fleets.run(MICROSERVICES, own=("analytics",)).addresses
        urls = {name: url.replace("127.0.0.1", "localhost") for name, url in addresses.items()}
        email, token = main_job.register(urls["auth"])
        main_job.import_file(urls["integrations"], token)
        page = open_page(browser)
        sign_in(page, Site(urls["analytics"], email))

        page.keyboard.press("Control+k")
        page.keyboard.type("byron")
        person = page.get_by_role("option", name="Ada Byron")
        expect(person).to_be_visible()
        page.get_by_role("combobox").fill("weeks.csv")
        expect(page.get_by_role("option", name="weeks.csv")).to_be_visible()
        work = page.evaluate(ASKED, f"{urls['integrations']}/app/integrations/shell/work")
        page.keyboard.press("Enter")

        page.wait_for_url(f"{urls['integrations']}/app/integrations/**")
        assert work == {"work": []}
        assert page.problems == []

    def test_share_one_session_across_slices(self, browser, fleets):
        addresses = fleets.run(MICROSERVICES, own=("analytics",)).addresses
        urls = {name: url.replace("127.0.0.1", "localhost") for name, url in addresses.items()}
        email, token = main_job.register(urls["auth"])
        main_job.import_file(urls["integrations"], token)
        page = open_page(browser)

        sign_in(page, Site(urls["analytics"], email))
        assert page.url.startswith(urls["analytics"])
        expect(page.locator("canvas")).to_be_visible()
        sign_out(page)
        arrive(page, "Sign in")
        assert page.url.startswith(urls["auth"])
        page.goto(f"{urls['analytics']}/app/analytics/")
        arrive(page, "Sign in")
        assert page.problems == []
