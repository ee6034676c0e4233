"""The page of the audit log, and its file."""

import csv
import io
from datetime import UTC, datetime

import pytest
import python_calamine

from apps.auth.models import Organization
from omnify.context import Context, use
from omnify.db import atomic
from omnify.identity.audit import Target, record_audit
from tests.apps.auth.people import open_browser
from tests.factories.auth import make_member, make_organization, make_user
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/app/auth/audit"


@pytest.fixture
def record(organization, owner):
    """Record something that the owner did."""

    def make(action, **details):
        target = details.pop("target", None)
        with use(Context(organization_id=organization.id)), atomic("auth"):
            record_audit(
                "auth",
                action,
                target=target,
                user_id=owner.user.id,
                organization_id=organization.id,
                **details,
            )
        deliver()

    return make


def lines(page):
    [table] = page.context["parts"]
    return [tuple(cell.shown for cell in row[1:4]) for row in table.rows]


class TestAuditPage:
    def test_says_who_did_what_in_words(self, organization, owner, record):
        member = make_member(organization, user=make_user(first_name="Ada", last_name="Byron"))
        target = Target(type="user", id=str(member.user_id))
        record("auth.member.role_changed", target=target, role="viewer", former_role="member")
        record("brain.money.moved")

        page = open_browser(owner).get(PAGE)

        assert ("Grace Hopper", "Role of a member changed", "Ada Byron, member → viewer") in lines(
            page
        )
        assert ("Grace Hopper", "Brain money moved", "\N{EN DASH}") in lines(page)

    def test_filters_by_action_member_text_and_day(self, owner, record):
        record("auth.password.changed")
        record("auth.totp.added")
        browser = open_browser(owner)
        today = f"{datetime.now(UTC):%Y-%m-%d}"

        def found(**query):
            return [what for _, what, _ in lines(browser.get(PAGE, query))]

        assert found(action="auth.totp.added") == ["Authenticator app added"]
        assert "Password changed" in found(member=str(owner.user.id), first=today, last=today)
        assert found(q="totp") == ["Authenticator app added"]
        assert found(last="2020-01-01") == []

    def test_says_what_is_wrong_with_the_filter(self, owner, record):
        page = open_browser(owner).get(PAGE, {"first": "2026-02-01", "last": "2026-01-01"})

        said = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "This is before 1 Feb 2026, the first day." in said
        assert lines(page) == []

    def test_counts_days_where_the_organization_is(self, owner, record):
        Organization.objects.update(timezone="Pacific/Kiritimati")
        record("auth.totp.added")
        [table] = open_browser(owner).get(PAGE).context["parts"]

        assert table.columns[0].heading == "When, Pacific/Kiritimati"

    def test_gives_what_it_shows_as_files_with_names(self, organization, owner, record):
        member = make_member(organization, user=make_user(first_name="Ada", last_name="Byron"))
        target = Target(type="user", id=str(member.user_id))
        record("auth.totp.added")
        record("auth.member.role_changed", target=target, role="viewer", former_role="member")
        browser = open_browser(owner)
        [table] = browser.get(PAGE, {"action": "auth.member.role_changed"}).context["parts"]

        written, book = browser.get(table.csv_url), browser.get(table.xlsx_url)

        [row] = csv.DictReader(io.StringIO(written.content.decode()))
        about = ("Grace Hopper", owner.user.email, "Ada Byron, member → viewer")
        assert (row["who"], row["email"], row["about"]) == about
        assert datetime.fromisoformat(row["at"]).tzinfo
        sheet = python_calamine.load_workbook(io.BytesIO(book.content)).get_sheet_by_index(0)
        heads, values = sheet.to_python()
        assert heads[:3] == ["When, UTC", "Who", "What"]
        assert values[1:4] == ["Grace Hopper", "Role of a member changed", about[2]]
        assert str(member.user_id) not in written.content.decode()

    def test_shows_another_organization_s_log_to_nobody(self, organization, record):
        record("auth.totp.added")
        stranger = open_browser(make_member(make_organization(name="Initech"), "owner"))
        admin = open_browser(make_member(organization, "admin"))

        assert "Authenticator app added" not in str(lines(stranger.get(PAGE)))
        assert [
            admin.get(path).status_code for path in (PAGE, f"{PAGE}.csv", f"{PAGE}.xlsx")
        ] == 3 * [403]
