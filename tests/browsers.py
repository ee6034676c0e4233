"""Pages in a real browser: how they are opened, and what is wrong with them."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys.fleets import ROOT
from tests.needs import find_program

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
#: Themes and widths.
LOOKS = (
    ("light", 1280),
    ("dark", 320),
    ("light", 320),
    ("dark", 1280),
)
# A machine that is busy makes a page slow, not wrong.
MOST_MS = 60_000
expect.set_options(timeout=MOST_MS)
# Nor do its scripts give up.
PATIENT = "AbortSignal.timeout = () => new AbortController().signal"


@pytest.fixture(scope="module")
def chromium():
    """A Chromium for all tests of a module."""
    # Playwright runs an event loop in this thread, which Django takes for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        program = find_program("chromium-headless-shell")
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser(chromium):
    """The browser without a cookie or a page of another test."""
    yield chromium
    for context in chromium.contexts:
        context.close()


def open_page(browser, **options):
    """A page with cookies of its own that keeps what went wrong in ``problems``."""
    page = browser.new_page(**options)
    page.set_default_timeout(MOST_MS)
    page.problems = []
    page.add_init_script(PATIENT)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and page.problems.append(message.text),
    )
    return page


def serious_issues(page):
    """What keeps people from using a page, as axe finds it."""
    page.wait_for_load_state()
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run().then({SERIOUS})")
    return [(issue["id"], issue["nodes"][0]["target"]) for issue in found]


def keep_picture(page, name):
    """Keep a picture of a page under ``var/screenshots``."""
    page.wait_for_load_state()
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    # To hide the caret, Playwright would leave style attributes on all fields.
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True, caret="initial")
