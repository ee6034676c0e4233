"""What changed: the findings of the agents' latest run on the overview."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.apps.analytics.requests import TWO_MONTHS
from tests.apps.integrations.requests import send
from tests.factories.agentkit import make_agent, make_execution

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
RIGHTS = ("analytics:view", "agent:view", "agent:execute")


@pytest.fixture
def owner(owner):
    """An owner whose organization has numbers."""
    assert send(owner, TWO_MONTHS).status_code == 201
    return owner


@pytest.fixture
def read(client, owner, token_of, make_principal):
    """The overview as a member of the owner's organization with these rights reads it.

    It is what the page itself shows, and what its place for findings asks for.
    """

    def get(address):
        return client.get(html.unescape(address), headers={"hx-request": "true"}).content.decode()

    def read(*rights):
        member = make_principal(organization_id=owner.organization_id, permissions=rights)
        client.cookies["omnify-access"] = token_of(member)
        page = get(PAGE)
        return page + "".join(map(get, re.findall(r'hx-get="(/app/analytics/changes[^"]*)"', page)))

    return read


def finding(title, severity="info", kind="spend_trend"):
    return {
        "kind": kind,
        "severity": severity,
        "title": title,
        "recommendation": "",
        "evidence": [],
    }


def ran(owner, *findings, as_of=None, **fields):
    """A run over the first quarter of 2026."""
    query = {"measures": ["spend"], "from_date": "2026-01-01", "to_date": "2026-03-31"}
    as_of = (as_of or datetime.now(UTC)).isoformat()
    source = {"service": "analytics", "method": "query", "query": query, "as_of": as_of}
    return make_execution(
        make_agent(owner.organization_id),
        output={"findings": list(findings)},
        sources=[source],
        finished_at=datetime(2026, 4, 1, 9, tzinfo=UTC),
        **fields,
    )


class TestChanges:
    def test_are_the_first_findings_with_their_rows(self, owner, read):
        found = [finding(f"fact {number}") for number in range(4)]
        run = ran(owner, *found, finding("gap", "warning", "data_gap"), finding("fall", "warning"))

        text = read(*RIGHTS).replace("\N{NO-BREAK SPACE}", " ")

        page = f"/app/agentkit/runs/{run.id}"
        assert text.index("fall <strong>(look at it)</strong>") < text.index("fact 0")
        # The gap is the first of the run's, but no change.
        assert f'href="{page}#rows-1-table"' in text
        assert f'href="{page}#rows-3-table"' in text
        assert "fact 2" not in text
        assert f'href="{page}">' in text
        assert "All 6 findings" in text
        assert "About 1 Jan – 31 Mar 2026, found 1 Apr 2026 by rules, no model." in text
        assert "Run it again" not in text

    def test_lead_to_the_rows_themselves(self, owner, read, client):
        run = ran(owner, finding("fact"))
        read(*RIGHTS)

        answer = client.get(f"/app/agentkit/runs/{run.id}", headers={"hx-request": "true"})

        page = answer.content.decode()
        assert 'id="rows-0-table"' in page[page.index("<details>") : page.index("</details>")]

    def test_are_of_the_latest_run_that_completed(self, owner, read):
        ran(owner, finding("former"))
        latest = ran(owner, finding("latest"))
        make_execution(latest.agent, has_failed=True)

        text = read(*RIGHTS)

        assert "latest" in text
        assert "former" not in text

    def test_say_that_the_numbers_have_changed_since(self, owner, read):
        run = ran(owner, finding("fact"), as_of=datetime.now(UTC) - timedelta(days=1))

        assert "The numbers have changed since." in read(*RIGHTS)
        assert f'action="/app/agentkit/{run.agent_id}/run"' in read(*RIGHTS)

    def test_say_what_one_will_get_before_the_first_run(self, read, client):
        text = read(*RIGHTS)

        assert "The analyst reads a year of your numbers" in text
        assert "Run the analyst" in text
        button = text[text.index('action="/app/agentkit/') :].split('"')[1]
        assert "/runs/" in client.post(button)["Location"]

    def test_say_that_nothing_stood_out(self, owner, read):
        ran(owner)

        assert "Nothing stood out." in read(*RIGHTS)

    def test_offer_no_button_to_those_who_may_not_run_agents(self, read):
        text = read("analytics:view", "agent:view")

        assert "/run" not in text
        assert "Somebody whose role may run agents can start it." in text

    def test_are_not_for_those_who_may_not_see_agents(self, owner, read):
        ran(owner, finding("secret"))

        text = read("analytics:view", "agent:execute")

        assert "What changed" not in text
        assert "secret" not in text

    def test_are_the_organization_s_own(self, owner, read, make_principal):
        stranger = make_agent(make_principal().organization_id)
        make_execution(stranger, output={"findings": [finding("foreign")]})

        assert "foreign" not in read(*RIGHTS)

    def test_have_a_page_of_their_own_where_no_script_asks_for_them(self, owner, read, client):
        ran(owner, finding("fact"))
        assert "fact" in read(*RIGHTS)

        page = client.get("/app/analytics/changes").content.decode()

        assert "fact" in page
        assert '<h1 class="page-title' in page

    def test_are_refused_beside_numbers_of_no_time(self, owner, read, client):
        read(*RIGHTS)

        assert client.get("/app/analytics/changes", {"as_of": "yesterday"}).status_code == 400

    @pytest.mark.usefixtures("agentkit_away")
    def test_are_missing_where_agents_do_not_answer(self, read):
        text = read(*RIGHTS)

        assert "Agents do not answer now" in text
        assert 'class="tile-value"' in text

    def test_are_asked_for_once_the_page_is_there(self, read, client, agentkit_hangs):
        text = read(*RIGHTS)

        assert "Agents do not answer now" in text
        assert agentkit_hangs.count_callers() == 1
        assert 'class="tile-value"' in client.get(PAGE).content.decode()
        assert agentkit_hangs.count_callers() == 0
