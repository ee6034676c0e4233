"""Every link of every page, followed as the owner: from port to port, and by the gateway."""

import pytest
import requests

from omnify.services.registry import manifests, owner_of
from tests.journeys import main_job
from tests.journeys.crawling import Crawl, sign_in
from tests.journeys.fleets import MICROSERVICES, SPLIT, running_fleet
from tests.needs import needs, takes_long

#: What makes pages of their own: a path of the API, and what is sent to it.
MADE = {
    "/api/predictive/forecast": {"metric": "revenue", "horizon": 13},
    "/api/organizations/brands": {"name": "Globex"},
    "/api/organizations/invitations": {"email": "grace@journey.example", "role": "viewer"},
    "/api/rbac/roles": {"name": "Analyst", "permissions": ["analytics:view"]},
    "/api/auth/api-keys": {"name": "Nightly", "permissions": ["analytics:view"]},
    "/api/analytics/views": {"name": "Spend", "query": {"measures": ["spend"], **main_job.RANGE}},
}


def by_name(addresses):
    """Addresses as the pages name them."""
    return {name: url.replace("127.0.0.1", "localhost") for name, url in addresses.items()}


def fill(urls):
    """Register somebody whose organization has something on every page; returns their address."""
    email, token = main_job.register(urls["auth"])
    main_job.import_file(urls["integrations"], token)
    headers = {"Authorization": f"Bearer {token}"}

    def send(path, body):
        url = urls[owner_of(path).name] + path
        requests.post(url, json=body, headers=headers, timeout=60).raise_for_status()

    for path, body in MADE.items():
        send(path, body)
    agents = requests.get(f"{urls['agentkit']}/api/agentkit/agents", headers=headers, timeout=60)
    [agent] = agents.json()["results"]
    send(f"/api/agentkit/agents/{agent['id']}/execute", {"input": main_job.RANGE})
    return email


def crawl(urls):
    """Follow all links from where a visitor comes first."""
    session = sign_in(urls["analytics"], fill(urls), main_job.REGISTRATION["password"])
    found = Crawl(session, urls)
    found.run(f"{urls['analytics']}/")
    return found


def services_of(found):
    """The services whose pages were opened."""
    paths = {path for _, _, path, _ in found.opened if path.startswith("/app/")}
    return {owner_of(path).name for path in paths}


#: The services with pages of their own.
WITH_PAGES = {name for name, manifest in manifests().items() if manifest.navigation}


class TestLinks:
    def test_lead_from_port_to_port(self, fleets):
        urls = by_name(fleets.run(MICROSERVICES, own=("analytics",)).addresses)

        found = crawl(urls)

        assert found.problems == []
        assert services_of(found) >= WITH_PAGES
        assert len(found.opened) > 60

    @takes_long
    @needs("nginx")
    def test_lead_through_the_gateway(self, tmp_path):
        database = f"sqlite:///{tmp_path}/shared.sqlite3"
        with running_fleet(tmp_path, SPLIT, has_gateway=True, DATABASE_URL=database) as addresses:
            found = crawl(by_name(addresses))

        assert found.problems == []
        assert services_of(found) >= WITH_PAGES


class Shelf:
    """A session in which two addresses have a page."""

    def get(self, url, **_options):
        """Answer with the one page that there is, but for what is missing."""
        answer = requests.Response()
        answer.status_code = 404 if "missing" in url else 200
        answer.url, answer.headers["Content-Type"] = url, "text/html"
        answer._content = self.html.encode()
        return answer


class TestCrawl:
    @pytest.mark.parametrize(
        ("planted", "problems"),
        [
            ("<a href='/app/analytics/missing'>", ["answers 404"]),
            ("<script src='/static/missing.js'>", ["answers 404"]),
            ("<form method='post' action='/app/analytics/missing'>", ["answers 404"]),
            ("<a href='/app/ml/'>", ["is of another service's address"]),
            ("<a href='https://elsewhere.example'>", ["is of another service's address"]),
            ("<a href='#nowhere'>", ["names an id that is not there"]),
            ("<a href='#'>", ["names nothing"]),
            ("<a href='#here' id='here'>", []),
        ],
    )
    def test_names_what_leads_nowhere(self, planted, problems):
        shelf = Shelf()
        shelf.html = planted
        urls = {"analytics": "http://localhost:1", "ml": "http://localhost:2"}

        found = Crawl(shelf, urls)
        found.run("http://localhost:1/app/analytics/")

        assert len(found.problems) == len(problems)
        assert all(map(str.endswith, found.problems, problems))
