"""What the data lacks on the overview, each with the way to add it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.apps.integrations.requests import MAPPING, send
from tests.factories.integrations import make_connection, make_metrics

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
MARCH = {"first": "2026-03-01", "last": "2026-03-31"}
DOLLARS = {**MAPPING, "currency": "USD", "source": "dollars"}


@pytest.fixture
def read(client, owner, token_of, make_principal):
    """What a member of the owner's organization reads of the gaps, with where buttons lead."""

    def read(*rights, **params):
        rights = ("analytics:view", *(rights or ("integration:connect",)))
        member = make_principal(organization_id=owner.organization_id, permissions=rights)
        client.cookies["omnify-access"] = token_of(member)
        text = client.get(PAGE, params, headers={"hx-request": "true"}).content.decode()
        begin = text.find("What the data lacks")
        shown = text[begin : text.index("</section>", begin)] if begin > 0 else ""
        shown = shown.replace("\N{NO-BREAK SPACE}", " ")
        lines = re.findall(r'text-break">\s*(.*?)\s*</span>(.*?)</li>', shown, re.DOTALL)
        return [(line, *re.findall(r'href="(.*?)">\s*(.*?)</a>', rest)) for line, rest in lines]

    return read


def today():
    return datetime.now(UTC).date()


def days(first, last, text="100,10", without=()):
    found = (first + timedelta(days=at) for at in range((last - first).days + 1))
    lines = [f"{day},{text}" for day in found if day not in without]
    return "\n".join(["day,sales,tv", *lines, ""])


class TestGaps:
    def test_are_none_where_all_is_there(self, owner, read):
        everything = dict.fromkeys(
            ("spend", "attributed_revenue", "conversions", "clicks", "impressions"), 1
        )
        connection = make_connection(owner.organization_id)
        make_metrics(
            connection, first=today(), currency="USD", revenue=10, channels={"tv": everything}
        )

        assert read() == []

    def test_name_measures_that_the_data_lacks_the_most_telling_first(self, owner, read):
        send(owner, days(today() - timedelta(days=9), today()))

        assert read() == [
            (
                f"{lost} is unknown: the data has no {name} of these days.",
                ("/app/integrations/", f"Add {name}"),
            )
            for lost, name in (
                ("Platform ROAS", "attributed revenue"),
                ("Cost per conversion", "conversions"),
                ("Cost per click", "clicks"),
            )
        ]

    def test_do_not_call_absent_what_has_no_rate(self, owner, read):
        send(owner, "day,sales,tv\n2026-03-02,100,\n")
        send(owner, "day,sales,tv\n2026-03-02,,10\n", DOLLARS)

        found = read(**MARCH)

        texts = [text for text, *_ in found]
        assert texts[0] == "Not in the totals, since there is no exchange rate: 10.00 USD of spend."
        assert found[0][1] == ("/app/integrations/rates", "Add exchange rates")
        assert not any("no spend" in text for text in texts)

    def test_do_not_call_absent_what_is_known_of_longer_spans(self, owner, read):
        send(owner, "day,sales,tv\n2026-03-02,700,70\n2026-03-09,700,70\n")

        texts = [text for text, *_ in read(first="2026-03-03", last="2026-03-05")]

        assert not any("no revenue" in text or "no spend" in text for text in texts)

    def test_name_days_in_between(self, owner, read):
        without = [date(2026, 3, day) for day in (5, 6, 20)]
        send(owner, days(date(2026, 3, 1), date(2026, 3, 28), without=without))

        first, second, *_ = read(**MARCH)

        assert first[0] == "Spend of 3 days in between is unknown: such as 5 Mar – 6 Mar 2026."
        assert second[0].startswith("Revenue of 3 days")
        assert first[1] == ("/app/integrations/", "Add these days")

    @pytest.mark.parametrize(("age", "is_old"), [(3, False), (4, True)])
    def test_tell_an_old_end(self, owner, read, age, is_old):
        last = today() - timedelta(days=age)
        send(owner, days(last - timedelta(days=9), last))

        told = [text for text, *_ in read() if "ends on" in text]

        said = f"The data ends on {last.day} {last:%b %Y}, {age} days ago."
        assert told == ([said] if is_old else [])

    def test_offer_no_button_to_those_who_may_not_import(self, owner, read):
        send(owner, days(date(2026, 3, 1), date(2026, 3, 2)))

        found = read("analytics:export", **MARCH)

        assert found
        assert all(len(line) == 1 for line in found)
