"""The pages in a real browser: sign in, read the dashboard, change the days, sign out."""

import os
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect, sync_playwright

from omnify.services.registry import manifests
from tests.journeys import main_job
from tests.needs import find_program, needs

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = "results => results.violations.filter(v => ['serious', 'critical'].includes(v.impact))"

pytestmark = needs("chromium")


@pytest.fixture
def browser():
    # Playwright runs an event loop in this thread, which Django takes for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_program("chromium"), args=FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(run_fleet):
    """A monolith with the sample data of a registered organization; its address."""
    url = run_fleet([tuple(manifests())])["auth"].replace("127.0.0.1", "localhost")
    registered = requests.post(
        f"{url}/api/auth/register", json=main_job.REGISTRATION, timeout=30
    ).json()
    answer = requests.post(
        f"{url}/api/integrations/csv/import",
        headers={"Authorization": f"Bearer {registered['access_token']}"},
        files={"file": ("weeks.csv", main_job.FILE.read_bytes())},
        data={"mapping": main_job.MAPPING.read_text()},
        timeout=30,
    )
    assert answer.status_code == 201
    return url


def open_page(browser, **options):
    page = browser.new_page(**options)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and page.problems.append(message.text),
    )
    return page


def sign_in(page, site):
    page.goto(f"{site}/")
    page.get_by_label("E-mail").fill(main_job.REGISTRATION["email"])
    page.get_by_label("Password").fill(main_job.REGISTRATION["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def sign_out(page):
    page.locator("details.menu > summary", has_text="Ada Byron").click()
    page.get_by_role("button", name="Sign out").click()


def serious_issues(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run().then({SERIOUS})")
    return [(issue["id"], issue["nodes"][0]["target"]) for issue in found]


def keep_picture(page, name):
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


class TestPages:
    def test_lead_from_sign_in_to_numbers_and_out(self, browser, site):
        page = open_page(browser)

        sign_in(page, site)
        page.get_by_role("link", name="4 years").click()
        expect(page.get_by_text("14,529,098.51")).to_be_visible()
        expect(page.get_by_text("26.0860")).to_be_visible()
        expect(page.locator("[data-chart-title]")).to_contain_text("ooh takes 62% of the spend")
        assert "range=1456" in page.url
        page.get_by_role("button", name="Show as table").click()
        expect(page.get_by_role("rowheader", name="2015-11-23")).to_be_visible()
        sign_out(page)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(f"{site}/app/analytics/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

        assert page.problems == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_hold_in_every_theme_and_width(self, browser, site, scheme, width):
        size = {"width": width, "height": 900}
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        page.goto(f"{site}/app/auth/sign-in")
        keep_picture(page, f"sign-in-{scheme}-{width}")

        assert serious_issues(page) == []
        sign_in(page, site)
        expect(page.locator("canvas")).to_be_visible()
        keep_picture(page, f"dashboard-{scheme}-{width}")
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.problems == []

    def test_share_one_session_across_slices(self, browser, run_fleet):
        addresses = run_fleet([(name,) for name in manifests()])
        urls = {name: url.replace("127.0.0.1", "localhost") for name, url in addresses.items()}
        registered = requests.post(
            f"{urls['auth']}/api/auth/register", json=main_job.REGISTRATION, timeout=30
        ).json()
        answer = requests.post(
            f"{urls['integrations']}/api/integrations/csv/import",
            headers={"Authorization": f"Bearer {registered['access_token']}"},
            files={"file": ("weeks.csv", main_job.FILE.read_bytes())},
            data={"mapping": main_job.MAPPING.read_text()},
            timeout=30,
        )
        assert answer.ok
        page = open_page(browser)

        sign_in(page, urls["analytics"])
        assert page.url.startswith(urls["analytics"])
        expect(page.locator("canvas")).to_be_visible()
        sign_out(page)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert page.url.startswith(urls["auth"])
        page.goto(f"{urls['analytics']}/app/analytics/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert page.problems == []

    def test_say_in_words_that_the_password_is_wrong(self, browser, site):
        page = open_page(browser)
        page.goto(f"{site}/app/auth/sign-in")
        page.get_by_label("E-mail").fill(main_job.REGISTRATION["email"])
        page.get_by_label("Password").fill("not the password")
        page.keyboard.press("Enter")

        expect(page.get_by_role("alert")).to_contain_text("is wrong")
        assert page.get_by_label("E-mail").input_value() == main_job.REGISTRATION["email"]
        assert page.get_by_label("Password").input_value() == ""

    def test_show_the_documents_of_the_api(self, browser, site):
        page = open_page(browser)
        page.goto(f"{site}/api/docs/")

        expect(page.get_by_text("/api/predictive/forecast").first).to_be_visible()
        assert page.problems == []
