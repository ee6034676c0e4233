"""The pages of accounts in a real browser: register, second factors, passkeys, members."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.apps.auth.people import totp
from tests.browsers import keep_picture, open_page, serious_issues
from tests.conftest import wait_until
from tests.journeys.accounts import (
    PASSWORD,
    add_virtual_authenticator,
    expire,
    register,
    sign_in,
    sign_out,
)
from tests.journeys.pages import arrive
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")
#: A page of each kind: lists, forms, a question, a document, and one that there is not.
NAMES = (
    *("organization", "members", "roles", "roles/new", "brands", "brands/new", "api-keys"),
    *("api-keys/new", "audit", "plan", "documents", "account", "account/address", "security"),
    *("security/factors/remove", "legal/terms", "nowhere"),
)


@pytest.fixture
def domain():
    """Where the people of a test have their mailboxes: they share a site with those of others."""
    return f"{uuid4().hex[:12]}.example"


@pytest.fixture
def email(domain):
    return f"ada@{domain}"


@pytest.fixture
def grace(domain):
    return f"grace@{domain}"


class TestSession:
    def test_goes_on_for_a_link_of_another_site(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        expire(page)
        elsewhere = monolith.replace("localhost", "127.0.0.1") + "/elsewhere"
        link = f"<a href='{monolith}/app/auth/security'>Omnify</a>"
        page.route(elsewhere, lambda route: route.fulfill(body=link, content_type="text/html"))

        page.goto(elsewhere)
        page.get_by_role("link", name="Omnify").click()

        arrive(page, "Security")
        assert page.url == f"{monolith}/app/auth/security"


class TestSecurityPage:
    def test_sets_an_app_up_which_is_asked_for_at_the_next_sign_in(self, browser, monolith, email):
        allowed = ["clipboard-read", "clipboard-write"]
        page = open_page(browser, permissions=allowed, color_scheme="dark")
        register(page, monolith, email)

        page.locator("details.menu > summary", has_text="Ada Lovelace").click()
        page.get_by_role("link", name="My account").click()
        page.get_by_role("link", name="Security").click()
        page.get_by_role("button", name="Set up an app").click()
        picture = page.get_by_role("img", name="QR code")
        # A camera finds dark squares on light alone, also where the page is dark.
        expect(picture).to_have_css("background-color", "rgb(255, 255, 255)")
        secret = page.locator("[data-totp-secret]").inner_text()
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("The code is wrong")).to_be_visible()
        expect(page.locator("[data-totp-secret]")).to_have_text(secret)
        page.get_by_label("Code").fill(totp(secret))
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("The authenticator app is set up.")).to_be_visible()
        page.wait_for_load_state()
        codes = page.locator("[data-recovery-codes]").inner_text().split()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert download.value.path().read_text().split() == codes
        expect(page.get_by_role("button", name="Print")).to_be_visible()
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        keep_picture(page, "security")
        assert serious_issues(page) == []
        sign_out(page)

        sign_in(page, monolith, email)
        arrive(page, "Second step")
        page.get_by_label("Code").fill("000000x")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("The code is wrong")).to_be_visible()
        # Another code than before; the clock may go on by a step before either arrives.
        page.get_by_label("Code").fill(totp(secret, steps=1))
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Ada Lovelace").first).to_be_visible()
        sign_out(page)
        sign_in(page, monolith, email)
        page.get_by_label("Code").fill(codes[0])
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Ada Lovelace").first).to_be_visible()

        # The refusal of the wrong code is an answer of its own: 401.
        assert [text for text in page.problems if "401" not in text] == []

    def test_adds_a_passkey_that_answers_the_second_step(self, browser, monolith, email):
        page = open_page(browser)
        add_virtual_authenticator(page)
        register(page, monolith, email)

        page.goto(f"{monolith}/app/auth/security")
        page.get_by_label("Name of the device").fill("Laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("The passkey was added.")).to_be_visible()
        expect(page.get_by_text("Laptop, since")).to_be_visible()
        assert len(page.locator("[data-recovery-codes]").inner_text().split()) == 10
        page.wait_for_load_state()
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("This device has a passkey here already.")).to_be_visible()
        sign_out(page)
        sign_in(page, monolith, email)
        arrive(page, "Second step")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_text("Ada Lovelace").first).to_be_visible()
        sign_out(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("Ada Lovelace").first).to_be_visible()

        page.goto(f"{monolith}/app/auth/confirm?next=/app/auth/security")
        page.get_by_role("button", name="Use a passkey").click()
        arrive(page, "Security")
        page.get_by_role("link", name="Remove Laptop").click()
        page.get_by_role("dialog").get_by_role("button", name="Yes, remove Laptop").click()
        expect(page.get_by_text("The passkey was removed.")).to_be_visible()
        assert page.problems == []

    def test_says_by_which_name_to_open_the_page_for_a_passkey(self, browser, monolith, email):
        address = monolith.replace("localhost", "127.0.0.1")
        page = open_page(browser)
        register(page, address, email)

        page.goto(f"{address}/app/auth/security")
        page.get_by_role("button", name="Add a passkey").click()

        expect(page.get_by_text("open the page by its name, not by 127.0.0.1")).to_be_visible()
        assert [text for text in page.problems if "409" not in text] == []

    def test_leads_from_a_passkey_to_proving_oneself_again(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        page.goto(f"{monolith}/app/auth/security")
        # As the page answers when the proof is too old.
        target = "/app/auth/confirm?next=%2Fapp%2Fauth%2Fsecurity"
        page.route(
            "**/passkey-options",
            lambda route: route.fulfill(status=204, headers={"HX-Redirect": target}),
        )

        page.get_by_role("button", name="Add a passkey").click()
        arrive(page, "Is it you?")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()

        arrive(page, "Security")
        assert page.problems == []

    def test_ends_another_browser_s_session(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        other = open_page(browser)
        sign_in(other, monolith, email)
        expect(other.get_by_text("Ada Lovelace").first).to_be_visible()

        page.goto(f"{monolith}/app/auth/security")
        page.get_by_role("button", name="End all other sessions").click()
        expect(page.get_by_text("1 other session ended.")).to_be_visible()

        def is_signed_out():
            other.goto(f"{monolith}/app/auth/security")
            return other.get_by_role("heading", name="Sign in", exact=True).is_visible()

        wait_until(is_signed_out, "the end of the other session")


class TestMembersPage:
    def test_invites_somebody_who_joins_and_changes_their_role(
        self, browser, monolith, email, grace
    ):
        page = open_page(browser)
        register(page, monolith, email)
        page.get_by_role("link", name="Settings").click()
        page.get_by_role("link", name="Members").click()
        page.get_by_label("E-mail", exact=True).fill(grace)
        page.get_by_role("combobox", name="Role", exact=True).select_option("viewer")
        page.get_by_role("button", name="Invite").click()
        link = page.get_by_role("link", name="Invitation link").get_attribute("href")

        guest = open_page(browser)
        guest.goto(link)
        guest.get_by_label("First name").fill("Grace")
        guest.get_by_label("Last name").fill("Hopper")
        guest.get_by_label("Password").fill("another long passphrase")
        guest.get_by_label("I accept").check()
        guest.get_by_role("button", name="Join").click()
        expect(guest.get_by_text("Grace Hopper").first).to_be_visible()
        page.reload()
        page.get_by_label("Role of Grace Hopper").select_option("manager")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The role was changed.")).to_be_visible()
        page.wait_for_load_state()
        page.get_by_role("link", name=f"Remove {grace}").click()
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("Their access, sessions and API keys here end at once")
        question.get_by_role("link", name="Cancel").click()
        expect(question).to_be_hidden()
        page.get_by_role("link", name=f"Remove {grace}").click()
        assert page.problems == []
        assert guest.problems == []
        # Both put styles of their own into the page, which its policy refuses.
        keep_picture(page, "members")
        assert serious_issues(page) == []
        page.get_by_role("button", name=f"Yes, remove {grace}").click()
        expect(page.get_by_text("The member was removed.")).to_be_visible()

    def test_invites_somebody_with_an_organization_who_goes_to_and_fro(
        self, browser, monolith, email, grace
    ):
        size = {"width": 320, "height": 800}
        page = open_page(browser)
        register(page, monolith, grace, organization="Globex")
        page.goto(f"{monolith}/app/auth/members")
        page.get_by_label("E-mail", exact=True).fill(email)
        page.get_by_role("button", name="Invite").click()
        link = page.get_by_role("link", name="Invitation link").get_attribute("href")
        guest = open_page(browser, color_scheme="dark", viewport=size, reduced_motion="reduce")
        register(guest, monolith, email)

        # Neither the access token's time nor the sign-in page stands between.
        expire(guest)
        guest.goto(link)
        keep_picture(guest, "invitation-unknown-dark-320")
        guest.get_by_role("link", name="I have an account").click()
        expect(guest.get_by_text(f"{email} is invited as member")).to_be_visible()
        keep_picture(guest, "invitation-dark-320")
        guest.get_by_role("button", name="Join").click()
        expect(guest.locator(".organization-name")).to_have_text("Globex")
        guest.locator("details.menu > summary", has_text="Globex").click()
        keep_picture(guest, "menu-dark-320")
        assert guest.evaluate("document.documentElement.scrollWidth") <= 320
        guest.get_by_role("button", name="Pages", exact=True).click()
        expect(guest.locator(".organization-name")).to_have_text("Pages")
        assert guest.problems == []

        page.goto(link)
        expect(page.get_by_text("This invitation is not valid")).to_be_visible()

    def test_makes_a_role_from_another_and_gives_it(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        page.goto(f"{monolith}/app/auth/roles")
        page.get_by_role("link", name="Copy manager").click()
        page.get_by_label("Name").fill("Analyst")
        group = page.get_by_role("group", name="Campaigns")
        expect(group.get_by_label("Publish campaigns")).to_be_checked()
        group.get_by_label("Publish campaigns").uncheck()
        keep_picture(page, "role")
        assert serious_issues(page) == []
        page.get_by_role("button", name="Make the role").click()
        expect(page.get_by_text("The role Analyst was created.")).to_be_visible()
        expect(page.get_by_role("row", name="Analyst").first).to_contain_text("13")
        keep_picture(page, "roles")

        assert page.problems == []
        assert serious_issues(page) == []
        page.get_by_role("link", name="Members").click()
        expect(page.get_by_role("combobox", name="Role", exact=True)).to_contain_text("Analyst")

    def test_holds_on_a_phone_in_the_dark(self, browser, monolith, email, grace):
        size = {"width": 320, "height": 800}
        page = open_page(browser, color_scheme="dark", viewport=size, reduced_motion="reduce")
        register(page, monolith, email)

        page.goto(f"{monolith}/app/auth/members")
        page.get_by_label("E-mail", exact=True).fill(grace)
        page.get_by_role("button", name="Invite").click()
        link = page.get_by_role("link", name="Invitation link").get_attribute("href")
        invitation = link.removeprefix(f"{monolith}/app/auth/")

        for name in (*NAMES, invitation):
            page.goto(f"{monolith}/app/auth/{name}")
            title = name.partition("?")[0].replace("/", "-")
            assert serious_issues(page) == [], title
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, title
            keep_picture(page, f"{title}-dark-320")
        page.context.clear_cookies()
        page.goto(link)
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


class TestSettings:
    def test_filter_the_audit_log_and_save_it(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        page.goto(f"{monolith}/app/auth/audit")
        expect(page.get_by_role("row", name="Organization registered")).to_be_visible()
        page.get_by_label("What").select_option("Signed in")
        page.get_by_label("Who").select_option("Ada Lovelace")
        page.get_by_role("button", name="Filter").click()

        expect(page.get_by_role("row", name="Signed in")).to_be_visible()
        expect(page.get_by_role("row", name="Organization registered")).to_have_count(0)
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        text = download.value.path().read_text()
        assert "auth.session.opened" in text
        assert "auth.organization.registered" not in text
        assert page.problems == []

    def test_make_a_key_by_keyboard(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        page.goto(f"{monolith}/app/auth/api-keys/new")
        page.get_by_label("Name").focus()
        page.keyboard.type("Nightly")
        page.get_by_label("See numbers and forecasts").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")

        expect(page.get_by_label("Key Nightly")).to_have_value(re.compile("^omk_"))
        assert page.problems == []

    def test_choose_the_zone_by_typing_and_the_theme(self, browser, monolith, email):
        page = open_page(browser, timezone_id="Europe/Berlin", color_scheme="light")
        register(page, monolith, email)
        page.goto(f"{monolith}/app/auth/organization")
        zone = page.get_by_role("combobox", name="Time zone")
        # As registration guessed it from the browser.
        expect(zone).to_have_value("Europe/Berlin")
        zone.fill("stockh")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The organization is saved.")).to_be_visible()
        expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Europe/Stockholm")

        page.goto(f"{monolith}/app/auth/account")
        page.get_by_role("radio", name="Dark").check()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        page.reload()
        expect(page.get_by_role("radio", name="Dark")).to_be_checked()
        page.get_by_label("As the device is set").check()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
        assert page.problems == []

    def test_work_without_a_script(self, browser, monolith, email):
        page = open_page(browser)
        register(page, monolith, email)
        state = page.context.storage_state()
        plain = browser.new_context(java_script_enabled=False, storage_state=state).new_page()

        plain.goto(f"{monolith}/app/auth/organization")
        plain.get_by_label("Name").fill("Globex")
        plain.get_by_label("Time zone").select_option("Asia/Tokyo")
        plain.get_by_role("button", name="Save").click()

        expect(plain.get_by_text("The organization is saved.")).to_be_visible()
        expect(plain.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
