"""Where a number of the overview comes from: its rows, sources, files, formula and coverage."""

import re

import pytest

from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS
from tests.apps.integrations.requests import MAPPING, send
from tests.factories.auth import make_organization

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
RIGHTS = ("analytics:view", "integration:connect")
BOTH = {"first": "2026-01-01", "last": "2026-02-28"}
SECOND = {**MAPPING, "source": "second"}


@pytest.fixture
def owner(owner):
    """An owner whose organization has numbers of one source."""
    assert send(owner, TWO_MONTHS, {**TWO_CHANNELS, "source": "first"}).status_code == 201
    return owner


@pytest.fixture
def read(client, owner, token_of, make_principal):
    """The page as a member of the owner's organization with these rights reads it."""

    def read(path="origin", rights=RIGHTS, **params):
        member = make_principal(organization_id=owner.organization_id, permissions=rights)
        client.cookies["omnify-access"] = token_of(member)
        answer = client.get(f"{PAGE}{path}", {**BOTH, **params}, headers={"hx-request": "true"})
        return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")

    return read


def rows_of(text):
    """The words of each source, in order, table by table."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    rows = [row for body in bodies for row in body.split("</tr>")[:-1]]
    return [re.sub(r"<[^>]*>|\s+", " ", row).split() for row in rows]


class TestOrigin:
    def test_adds_up_to_the_number(self, owner, read):
        send(owner, "day,sales,tv\n2026-02-03,7,3\n", SECOND)

        text = read(measure="spend")

        assert "23.00 EUR" in text
        first, second = rows_of(text)
        assert first[:3] == ["first", "20.00", "4"]
        assert second[:3] == ["second", "3.00", "1"]
        assert "5 Jan – 2 Feb 2026" in text
        assert "The sum of all rows that know spend." in text

    def test_names_files_that_lead_to_their_import(self, read, client):
        text = read(measure="revenue")

        assert "file.csv, first, 5 Jan – 2 Feb 2026" in text
        [page] = re.findall(r'href="(/app/integrations/imports/[^"]+)">\s*Open the import', text)
        assert client.get(page).status_code == 200
        assert "/app/integrations/" not in read(rights=("analytics:view",), measure="revenue")

    def test_shows_both_sides_of_a_ratio_and_what_it_rests_on(self, read):
        text = read(measure="cpc")

        assert "Spend divided by clicks, over the rows that know both." in text
        assert "It rests on 50.0% of the spend." in text
        assert [row[1] for row in rows_of(text)] == ["20.00", "4"]
        assert text.index("Spend by source") < text.index("Clicks by source")

    def test_is_of_a_channel_too(self, read):
        text = read(measure="spend", channel="web")

        assert "Spend of web" in text
        assert rows_of(text)[0][1:3] == ["10.00", "2"]

    def test_leaves_out_other_days(self, read):
        text = read(measure="spend", first="2026-02-01")

        assert rows_of(text)[0][1:3] == ["5.00", "2"]

    def test_says_why_nothing_is_known(self, read):
        assert "The data has no orders of these days." in read(measure="orders")

    def test_is_opened_by_each_tile_and_total(self, read):
        text = read("").replace("&amp;", "&")

        links = re.findall(r'href="(/app/analytics/origin[^"]*)"[^>]* ?data-drawer', text)
        measures = [link.rpartition("=")[2] for link in links]
        assert measures[:3] == ["revenue", "spend", "blended_roas"]
        assert measures[-3:] == ["spend", "clicks", "cpc"]
        assert "first=2026-01-01&last=2026-02-28" in links[0]

    def test_is_the_organization_s_own(self, read, client, token_of, make_principal):
        stranger = make_principal(organization_id=make_organization().id, permissions=RIGHTS)
        client.cookies["omnify-access"] = token_of(stranger)

        answer = client.get(f"{PAGE}origin", BOTH, headers={"hx-request": "true"})

        assert "No numbers yet" in answer.content.decode()
