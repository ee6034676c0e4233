"""What people come to do, as tasks of a pair of hands; each begins at the overview, signed in."""

import re

import requests
from playwright.sync_api import expect

from tests.apps.auth.people import totp
from tests.browsers import open_page
from tests.journeys import crawling, main_job
from tests.journeys.accounts import PASSWORD
from tests.journeys.pages import Site, arrive, sign_in


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def link(page, name):
    return page.get_by_role("link", name=name, exact=True)


def register(hand, person):
    """Make an account and accept the documents; begins at the page of a visitor."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Register"))
    arrive(page, "Register your organization")
    hand.write(page.get_by_label("Organization"), "Steps")
    hand.write(page.get_by_label("First name"), "Ada")
    hand.write(page.get_by_label("Last name"), "Lovelace")
    hand.write(page.get_by_label("E-mail", exact=True), person.email)
    hand.write(page.get_by_label("Password"), PASSWORD)
    hand.check(page.get_by_label("I accept"))
    hand.send(button(page, "Register"))
    arrive(page, "Overview")


def import_file(hand, _person):
    """Import the sample as it is proposed, but for the currency that no column says."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Import a file"))
    arrive(page, "Import a file")
    hand.pick(page.get_by_label("File", exact=True), main_job.FILE)
    hand.press(button(page, "Continue"))
    arrive(page, "What the columns are")
    hand.write(page.get_by_label("Currency"), "EUR")
    hand.send(button(page, "Continue to the check"))
    totals = page.get_by_role("row", name="Total")
    expect(totals).to_contain_text("379,005,696.67")
    expect(totals).to_contain_text("14,529,098.51")
    hand.press(button(page, "Import"))
    expect(page.get_by_text("The file was imported")).to_be_visible()


def compare_years(hand, _person):
    """2018 against 2017, like for like and week by week."""
    page = hand.page
    choose_2018(hand)
    tile = page.locator(".tile").filter(has_text="Revenue").first
    expect(tile).to_contain_text("−2.4%")
    hand.press(link(page, "Revenue"))
    expect(page.locator("[data-chart-title]")).to_contain_text("−2.4%")
    expect(page.locator("date-control select[name=grain]")).to_have_value("week")


def know_a_ratio(hand, _person):
    """The ROAS of facebook in 2018, or why it cannot be known."""
    choose_2018(hand)
    hand.press(link(hand.page, "facebook"))
    expect(hand.page.get_by_text("It needs attributed revenue and spend")).to_be_visible()


def choose_2018(hand):
    summary = hand.page.locator("date-control summary")
    hand.press(summary)
    hand.press(link(hand.page, "2018"))
    expect(summary).to_contain_text("2018 · vs")


def save_a_chart(hand, _person):
    """A chart's table, as it is read, as CSV and as a workbook."""
    page = hand.page
    figure = page.locator("figure")
    hand.press(button(figure, "Show as table"))
    expect(figure.get_by_role("rowheader").first).to_be_visible()
    assert hand.save(link(figure, "CSV")).read_text().startswith("period,")
    assert hand.save(link(figure, "XLSX")).read_bytes().startswith(b"PK")


def forecast(hand, _person):
    """The next weeks' revenue."""
    page = hand.page
    hand.go("Forecasts")
    hand.press(link(page, "New forecast").first)
    hand.press(button(page, "Forecast"))
    expect(page.get_by_text("Against repeating the last value")).to_be_visible()


def ask_the_analyst(hand, _person):
    """Run the agent, and see the rows of what it found first."""
    page = hand.page
    hand.go("Agents")
    hand.press(button(page, "Run Analytics analyst"))
    expect(page).to_have_url(re.compile("/runs/"))
    hand.press(page.get_by_text("Show the rows").first)
    expect(page.get_by_role("row", name="later half").first).to_be_visible()


def invite(hand, person):
    """Invite somebody, who joins from the link with an account of their own."""
    page = hand.page
    hand.go("Settings")
    hand.press(link(page, "Members"))
    hand.write(page.get_by_label("E-mail", exact=True), f"grace.{person.email}")
    hand.send(button(page, "Invite"))
    address = link(page, "Invitation link").get_attribute("href")
    guest = open_another(hand, person)
    guest.page.goto(address)
    guest.write(guest.page.get_by_label("First name"), "Grace")
    guest.write(guest.page.get_by_label("Last name"), "Hopper")
    guest.write(guest.page.get_by_label("Password"), "another long passphrase")
    guest.check(guest.page.get_by_label("I accept"))
    guest.send(button(guest.page, "Join"))
    arrive(guest.page, "Overview")
    close(guest, hand, person)


def make_a_role(hand, _person):
    """A role from another, less one permission."""
    page = hand.page
    hand.go("Settings")
    hand.press(link(page, "Roles"))
    hand.press(link(page, "Copy manager"))
    hand.write(page.get_by_label("Name"), "Analyst")
    hand.check(page.get_by_label("Publish campaigns"))
    hand.press(button(page, "Make the role"))
    expect(page.get_by_text("The role Analyst was created.")).to_be_visible()


def read_the_audit_log(hand, _person):
    """Who invited whom, on the page and as a file."""
    page = hand.page
    hand.go("Settings")
    hand.press(link(page, "Audit log"))
    hand.choose(page.get_by_label("What"), "Organization registered")
    hand.press(button(page, "Filter"))
    expect(page.get_by_role("row", name="Organization registered")).to_be_visible()
    assert "auth.organization.registered" in hand.save(link(page, "CSV")).read_text()


def switch(hand, person):
    """Go to another organization that one belongs to, and back."""
    # Names are kept for a minute: those of somebody who was seen here already are the old ones.
    member = open_another(hand, person)
    sign_in(member.page, Site(person.url, register_member_of_two(person.url)))
    for here, other in (("Journey", "Globex"), ("Globex", "Journey")):
        member.press(member.page.locator("details.menu > summary", has_text=here).first)
        member.press(button(member.page, other))
        expect(member.page.locator(".organization-name")).to_have_text(other)
    close(member, hand, person)


def open_another(hand, person):
    """Hands of somebody else, with a device of the same kind."""
    return type(hand)(open_page(hand.page.context.browser, **person.device))


def close(other, hand, person):
    """Count what somebody else did with the rest."""
    hand.steps += other.steps
    person.problems += other.page.problems
    other.page.close()


def register_member_of_two(url):
    """Register somebody who belongs to another organization too; returns their address."""
    email, token = main_job.register(url)
    inviter, _ = main_job.register(url, organization_name="Globex")
    session = crawling.sign_in(url, inviter, main_job.REGISTRATION["password"])
    members = session.get(f"{url}/app/auth/members", timeout=60)
    body = crawling.sealed(members, email=email, role="member")
    answer = session.post(f"{url}/app/auth/invitations", data=body, timeout=60)
    [secret, *_] = re.findall(r"invitation\?token=([\w-]+)", answer.text)
    requests.post(
        f"{url}/api/organizations/invitations/accept",
        json={"token": secret},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    ).raise_for_status()
    return email


def open_security(hand):
    page = hand.page
    hand.press(page.locator("details.menu > summary", has_text="Ada Lovelace"))
    hand.press(link(page, "My account"))
    hand.press(link(page, "Security"))
    arrive(page, "Security")


def add_a_passkey(hand, _person):
    """A passkey of this device."""
    open_security(hand)
    hand.write(hand.page.get_by_label("Name of the device"), "Laptop")
    hand.press(button(hand.page, "Add a passkey"))
    expect(hand.page.get_by_text("The passkey was added.")).to_be_visible()


def set_up_an_app(hand, _person):
    """An authenticator app, after one wrong digit."""
    page = hand.page
    open_security(hand)
    hand.press(button(page, "Set up an app"))
    secret = page.locator("[data-totp-secret]").inner_text()
    hand.write(page.get_by_label("Code"), "000000")
    hand.send(button(page, "Confirm"))
    expect(page.get_by_text("The code is wrong")).to_be_visible()
    hand.write(page.get_by_label("Code"), totp(secret))
    hand.send(button(page, "Confirm"))
    expect(page.get_by_text("The authenticator app is set up.")).to_be_visible()


def undo_an_import(hand, _person):
    """Take an import back."""
    page = hand.page
    hand.go("Imports")
    hand.press(page.get_by_role("link", name="Undo robyn_weekly_marketing.csv"))
    question = page.get_by_role("dialog")
    hand.press(question.get_by_role("button", name="Yes, undo robyn_weekly_marketing.csv"))
    expect(page.get_by_text("The import was undone.")).to_be_visible()


#: Each task by what a person would call it, in an order in which each finds what it needs.
TASKS = {
    "Register and accept the documents": register,
    "Import the sample as proposed": import_file,
    "2018 against 2017, week by week": compare_years,
    "The ROAS of facebook in 2018": know_a_ratio,
    "A chart as table, CSV and XLSX": save_a_chart,
    "Forecast revenue": forecast,
    "Run the agent, open a finding's rows": ask_the_analyst,
    "Invite somebody, who joins": invite,
    "Make a role from another": make_a_role,
    "Find an entry of the audit log, save it": read_the_audit_log,
    "Switch the organization and back": switch,
    "Add a passkey": add_a_passkey,
    "Set an authenticator app up, after a wrong digit": set_up_an_app,
    "Undo an import": undo_an_import,
}
