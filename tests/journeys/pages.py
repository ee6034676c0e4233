"""What people do on the pages first and last."""

from typing import NamedTuple

from playwright.sync_api import expect

from tests.journeys import main_job


class Site(NamedTuple):
    """An address, and the e-mail address of somebody who is registered there."""

    url: str
    email: str


def sign_in(page, site):
    """Sign in where a visitor comes first, as far as the dashboard."""
    page.goto(f"{site.url}/")
    page.get_by_label("E-mail").fill(site.email)
    page.get_by_label("Password").fill(main_job.REGISTRATION["password"])
    page.keyboard.press("Enter")
    arrive(page, "Overview")


def arrive(page, heading):
    """Wait for a page by its heading, and until its scripts listen to keys."""
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.wait_for_load_state()


def sign_out(page):
    """Sign out by the menu."""
    page.locator("details.menu > summary", has_text="Ada Byron").click()
    page.get_by_role("button", name="Sign out").click()
