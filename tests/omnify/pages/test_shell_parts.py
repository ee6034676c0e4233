"""What services give to the shell of all pages: search and long work, also on other slices."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from apps.integrations.imports.operations.tidying import TidyImports
from apps.integrations.imports.operations.undoing import UndoImport
from omnify.context import Context, use
from omnify.db import atomic
from omnify.jobs.models import Job
from omnify.jobs.operations import request_job
from omnify.pages.shell import NO_NEEDS, NeedsView, SearchView, WorkView
from omnify.services.registry import manifests
from tests.factories.agentkit import make_agent
from tests.factories.analytics import make_saved_view
from tests.factories.auth import make_member, make_organization
from tests.factories.ml import make_forecast
from tests.world import import_file

ELSEWHERE = "http://localhost:8004"
WORK = "/app/integrations/shell/work"


def browser_of(member):
    """The browser in which a member is signed in."""
    browser = Client()
    browser.cookies["omnify-access"] = member.client.tokens.access_token
    return browser


@pytest.fixture
def owner(db):
    return make_member(make_organization(name="Globex"), "owner")


@pytest.fixture
def browser(owner):
    return browser_of(owner)


def found(browser, service, asked):
    """Kind and label of what a service answers to a question."""
    answer = browser.get(f"/app/{service}/shell/search", {"q": asked})
    return [(each["kind"], each["label"]) for each in answer.json()["results"]]


def request(member, job_input):
    with use(Context(organization_id=member.organization_id)), atomic("integrations"):
        return request_job(job_input)


def work(browser):
    return browser.get(WORK).json()["work"]


class TestShellUrls:
    def test_are_there_for_every_service_as_its_manifest_says(self):
        routes = {str(each.pattern): each.callback for each in _patterns(get_resolver())}

        for name, manifest in manifests().items():
            search = routes[f"app/{name}/shell/search"]
            running = routes[f"app/{name}/shell/work"]
            needs = routes[f"app/{name}/shell/needs"]
            views = (search.view_class, running.view_class, needs.view_class)
            assert views == (SearchView, WorkView, NeedsView)
            given = {"search": search.view_initkwargs["finders"]}
            given["work"] = running.view_initkwargs["work"].labels
            given["needs"] = needs.view_initkwargs["needs"] is not NO_NEEDS
            assert {part for part, gives in given.items() if gives} == {*manifest.gives_to_shell}


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        yield from _patterns(pattern) if hasattr(pattern, "url_patterns") else [pattern]


class TestSearch:
    def test_finds_people_by_the_beginnings_of_names_and_addresses(self, owner, browser):
        user = owner.user

        assert found(browser, "auth", user.email[:9]) == [("People", user.full_name)]
        assert ("People", user.full_name) in found(browser, "auth", user.full_name.swapcase())

    def test_finds_roles(self, browser):
        assert ("Roles", "manager") in found(browser, "auth", "Mana")

    def test_finds_channels_and_imports(self, owner, browser):
        import_file(owner.client)

        assert ("Channels", "facebook") in found(browser, "analytics", "FACE")
        assert [kind for kind, _ in found(browser, "integrations", "robyn")] == ["Imports"]

    def test_finds_saved_views_and_forecasts_and_agents(self, owner, browser):
        make_saved_view(owner.organization_id, name="Überblick")
        make_forecast(owner.organization_id, metric="revenue", channel="tv")
        make_forecast(owner.organization_id, metric="spend")

        assert found(browser, "analytics", "überb") == [("Saved views", "Überblick")]
        assert found(browser, "ml", "of TV") == [("Forecasts", "Revenue of tv")]
        assert found(browser, "agentkit", "analyst") == [("Agents", "Analytics analyst")]

    def test_finds_nothing_of_another_organization(self, owner, db):
        import_file(owner.client)
        make_saved_view(owner.organization_id, name="Year")
        make_forecast(owner.organization_id)
        make_agent(owner.organization_id, name="Our own")
        stranger = browser_of(make_member(make_organization(name="Initech"), "owner"))

        assert found(stranger, "auth", owner.user.email) == []
        assert found(stranger, "analytics", "facebook") == []
        assert found(stranger, "analytics", "year") == []
        assert found(stranger, "ml", "revenue") == []
        assert found(stranger, "agentkit", "our own") == []
        assert found(stranger, "integrations", "robyn") == []

    def test_finds_what_the_viewer_may_see_alone(self, owner):
        import_file(owner.client)
        viewer = browser_of(make_member(owner.organization, "viewer"))

        assert found(viewer, "integrations", "robyn") == []

    @pytest.mark.parametrize("asked", ["", "f", " f "])
    def test_finds_nothing_by_less_than_two_letters(self, browser, asked):
        assert found(browser, "auth", asked) == []

    def test_refuses_a_question_without_end(self, browser):
        answer = browser.get("/app/auth/shell/search", {"q": 101 * "a"})

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    def test_leads_no_script_to_the_sign_in_page(self, db):
        answer = Client().get("/app/auth/shell/search", {"q": "ada"})

        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


class TestWork:
    def test_shows_what_runs_with_its_progress(self, owner, browser):
        job_id = request(owner, UndoImport(import_id=UUID(int=0)))
        Job.objects.filter(id=job_id).update(state="running", done=1, total=4)

        [item] = work(browser)

        assert (item["label"], item["state"], item["percent"]) == (
            "Undo of an import",
            "running",
            25,
        )
        assert item["url"] == f"/app/integrations/jobs/{job_id}"

    def test_shows_what_ended_lately(self, owner, browser):
        job_id = request(owner, UndoImport(import_id=UUID(int=0)))
        ended = Job.objects.filter(id=job_id)

        ended.update(state="succeeded", finished_at=timezone.now())
        lately = work(browser)
        ended.update(finished_at=timezone.now() - timedelta(minutes=11))

        assert [(item["state"], item["cancel_url"]) for item in lately] == [("succeeded", "")]
        assert work(browser) == []

    def test_shows_nothing_that_nobody_waits_for(self, owner, browser):
        request(owner, TidyImports())

        assert work(browser) == []

    def test_is_the_organization_s_own_and_for_those_who_may(self, owner):
        request(owner, UndoImport(import_id=UUID(int=0)))
        stranger = make_member(make_organization(name="Initech"), "owner")
        viewer = make_member(owner.organization, "viewer")

        assert work(browser_of(stranger)) == []
        assert work(browser_of(viewer)) == []

    def test_is_cancelled(self, owner, browser):
        job_id = request(owner, UndoImport(import_id=UUID(int=0)))
        [item] = work(browser)

        answer = browser.post(item["cancel_url"])
        again = browser.post(item["cancel_url"])

        assert Job.objects.get(id=job_id).state == "cancelled"
        assert (answer.status_code, again.json()["code"]) == (204, "job_state")


class TestOrigins:
    @pytest.fixture(autouse=True)
    def _fleet(self, settings):
        settings.PUBLIC_URLS = {"analytics": ELSEWHERE}
        settings.CSRF_TRUSTED_ORIGINS = [ELSEWHERE]

    @pytest.mark.parametrize("path", [WORK, "/app/auth/shell/search?q=ada", "/app/auth/renew"])
    def test_of_the_fleet_are_answered_with_the_cookie(self, browser, path):
        asks = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "GET"}

        before = browser.options(path, headers=asks)
        answer = browser.get(path, headers={"Origin": ELSEWHERE})

        for each in (before, answer):
            assert each["Access-Control-Allow-Origin"] == ELSEWHERE
            assert each["Access-Control-Allow-Credentials"] == "true"
        assert (before.status_code, before["Access-Control-Allow-Headers"]) == (204, "X-CSRFToken")

    def test_of_others_are_not(self, browser):
        answer = browser.get(WORK, headers={"Origin": "https://evil.example"})

        assert "Access-Control-Allow-Origin" not in answer

    @pytest.mark.parametrize("path", ["/app/auth/members", "/app/analytics/", "/api/auth/me", "/"])
    def test_are_answered_on_no_other_path(self, browser, path):
        answer = browser.get(path, headers={"Origin": ELSEWHERE})

        assert "Access-Control-Allow-Credentials" not in answer

    def test_of_others_cancel_nothing(self, owner):
        job_id = request(owner, UndoImport(import_id=UUID(int=0)))
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = browser_of(owner).cookies

        answer = strict.post(f"{WORK}/{job_id}/cancel", headers={"Origin": "https://evil.example"})

        assert answer.status_code == 403
        assert Job.objects.get(id=job_id).state == "queued"
