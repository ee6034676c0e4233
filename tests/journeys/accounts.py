"""What people do on the pages of accounts first and last: register, sign in, sign out."""

from playwright.sync_api import expect

from tests.journeys.pages import arrive

PASSWORD = "correct horse staple"


def register(page, site, email, *, organization="Pages"):
    page.goto(f"{site}/app/auth/register")
    page.get_by_label("Organization").fill(organization)
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    expect(page.get_by_role("combobox", name="Time zone")).not_to_have_value("")
    page.get_by_label("I accept").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Ada Lovelace").first).to_be_visible()


def sign_in(page, site, email):
    page.goto(f"{site}/app/auth/sign-in")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.locator("details.menu > summary", has_text="Ada Lovelace").click()
    page.get_by_role("button", name="Sign out").click()
    arrive(page, "Sign in")


def expire(page):
    """Let the access token's time pass; the page, whose scripts ask with it, is left before."""
    page.goto("about:blank")
    page.context.clear_cookies(name="omnify-access")


def add_virtual_authenticator(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
