"""The pages of agents: the list, a run, what it found with its rows."""

import pytest

from tests.conftest import REGISTRATION
from tests.world import import_file

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def agent(registered):
    """The address of the analyst's page."""
    [analyst] = registered.get("/api/agentkit/agents").json()["results"]
    return f"/app/agentkit/{analyst['id']}"


class TestAgents:
    def test_are_listed_with_a_button(self, browser, agent):
        text = browser.get("/app/agentkit/").content.decode()

        assert f'href="{agent}"' in text
        assert f'action="{agent}/run"' in text
        assert "Rules, no model" in text

    def test_find_something_with_its_rows(self, browser, registered, agent):
        import_file(registered)

        answer = browser.post(f"{agent}/run")
        text = browser.get(answer["Location"]).content.decode()

        assert "of revenue" in text
        assert "Show the rows" in text
        assert "no cost" in text
        assert answer["Location"] in browser.get(agent).content.decode()

    def test_say_why_a_run_failed(self, browser, agent):
        answer = browser.post(f"{agent}/run")

        assert answer["Location"] == agent
        text = browser.get(agent).content.decode()
        assert "state-failed" in text

    def test_are_the_organization_s_own(self, client, agent, token_of, make_principal):
        rights = ("agent:view", "agent:execute")
        client.cookies["omnify-access"] = token_of(make_principal(permissions=rights))

        assert client.get(agent).status_code == 404
        assert client.post(f"{agent}/run").status_code == 404

    def test_need_the_permission(self, client, agent, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=("agent:view",)))

        assert client.post(f"{agent}/run").status_code == 403
