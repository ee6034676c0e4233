"""Days that cannot be shown: said beside the fields, above the days that were chosen last."""

import re

import pytest

from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
#: The last 28 days with data.
KEPT = ("2026-01-06", "2026-02-02")


@pytest.fixture
def filled(client, owner, token_of, make_principal):
    """A browser of the owner's organization, which has numbers."""
    assert send(owner, TWO_MONTHS, TWO_CHANNELS).status_code == 201
    member = make_principal(organization_id=owner.organization_id)
    client.cookies["omnify-access"] = token_of(member)
    return client


class TestWrongDays:
    @pytest.mark.parametrize(
        ("params", "said"),
        [
            ({"first": "soon"}, "From: Enter a valid date."),
            (
                {"first": "2026-02-01", "last": "2026-01-01"},
                "To: 1 Jan 2026 is before 1 Feb 2026.",
            ),
            ({"first": "0001-01-01", "last": "0001-01-02"}, "Days: 0001-01-01 is before 19"),
            ({"last": "0001-01-05"}, "Days: 0001-01-01 is before"),
            ({"range": "0"}, "Range: A range has at least one day."),
            ({"range": "year-18"}, "Range: Enter a valid value."),
            ({"compare": "custom"}, "Compare from: Say from when to when to compare."),
            ({"grain": "hour"}, "Grain: Select a valid choice."),
        ],
    )
    def test_says_beside_the_fields_what_is_wrong_with_days(self, filled, params, said):
        filled.get(PAGE, {"range": "28"})

        answer = filled.get(PAGE, {**params, "measure": "revenue"})

        text = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert answer.status_code == 400
        assert re.search(rf'id="days-problem" role="alert" data-problem\s*>{said}', text)
        # The page shows the days that were chosen last, and goes on with them.
        assert "/app/analytics/chart.csv?first=2026-01-06&amp;last=2026-02-02" in text
        typed = [params.get(name) for name in ("first", "last")]
        shown = re.findall(r'name="(?:first|last)" value="([^"]*)" required', text)
        assert shown == [each or day for each, day in zip(typed, KEPT, strict=True)]
        assert filled.get(PAGE, params, headers={"hx-request": "true"}).status_code == 200
        assert filled.cookies["omnify-days"].value == "range=28"

    def test_shows_the_usual_days_where_those_kept_are_none(self, filled):
        filled.cookies["omnify-days"] = "first=0001-01-01&last=0001-01-02"

        text = filled.get(PAGE, {"first": "soon"}).content.decode()

        assert "chart.csv?first=2025-02-04&amp;last=2026-02-02" in text

    @pytest.mark.parametrize(
        "params", [{"measure": "moon"}, {"sort": "moon"}, {"first": "soon", "sort": "moon"}]
    )
    def test_refuses_other_addresses_in_words(self, filled, params):
        answer = filled.get(PAGE, params)

        assert answer.status_code == 400
        assert "<html" in answer.content.decode()
