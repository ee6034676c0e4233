"""The pages that say what went wrong, what to do, and whom to ask."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from omnify.context import Principal, PrincipalKind
from omnify.exceptions import InternalServiceError, InvalidInputError
from omnify.identity.contract import Viewer
from omnify.identity.permissions import MissingPermissionError, StaffOnlyError
from omnify.pages.advice import advise

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
VIEWER = Principal(kind=PrincipalKind.USER, user_id=uuid4(), organization_id=uuid4(), role="viewer")
ACME = Viewer(organization_name="Acme", owners=("Ada Byron", "Grace Hopper"))


def words(answer):
    return answer.content.decode()


@pytest.mark.urls("tests.omnify.pages.site")
class TestErrorPage:
    @pytest.mark.parametrize("path", ["/app/test/none", "/app/nothing", "/app/test/parts/"])
    def test_is_what_a_browser_gets_where_there_is_nothing(self, client, path):
        answer = client.get(path)

        assert answer.status_code == 404
        assert "There is no such page." in words(answer)
        assert "frame-ancestors" in answer["Content-Security-Policy"]

    def test_says_where_a_page_is_that_is_not_here(self, client, settings):
        settings.HOSTED_SERVICES = ("auth",)
        settings.SERVICE_URLS = {"analytics": "http://elsewhere:8004"}
        settings.PUBLIC_URLS = {"analytics": "http://elsewhere:8004"}

        answer = client.get("/app/analytics/none")

        assert answer.status_code == 404
        assert 'href="http://elsewhere:8004/app/analytics/none"' in words(answer)

    def test_leaves_the_api_its_problems(self, client):
        assert client.get("/api/nothing").json()["code"] == "not_found"

    def test_quotes_the_request(self, client):
        answer = client.get("/app/test/refusal", headers={"X-Request-ID": "request-12345"})

        assert answer.status_code == 503
        assert "The weather is bad." in words(answer)
        assert '<code id="reference">request-12345</code>' in words(answer)


@pytest.mark.django_db
class TestUnknownAddress:
    @pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/app", "/admin/none", "/x.css"])
    def test_is_a_page_for_a_browser(self, client, path):
        answer = client.get(path, headers=BROWSER)

        assert answer.status_code == 404
        assert "There is no such page." in words(answer)
        assert '<main id="content"' in words(answer)

    @pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
    def test_is_a_problem_for_a_program(self, client, accept):
        answer = client.get("/nothing", headers={"Accept": accept})

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_is_a_problem_where_something_is_sent(self, client):
        assert client.post("/nothing", headers=BROWSER).json()["code"] == "not_found"

    def test_keeps_the_navigation_of_who_is_signed_in(self, client, registered):
        client.cookies["omnify-access"] = registered.answer["access_token"]

        page = words(client.get("/nothing", headers=BROWSER))

        assert "Ada Byron" in page
        assert 'href="/app/analytics/"' in page

    def test_is_no_way_for_a_cookie_into_the_api(self, client, registered):
        client.cookies["omnify-access"] = registered.answer["access_token"]

        assert client.get("/api/auth/me", headers=BROWSER).status_code == 401

    def test_leads_nobody_to_sign_in_to_the_admin(self, client):
        for path in ("/admin/password_change/", "/admin/password_change/done/", "/admin/none/"):
            assert client.get(path, headers=BROWSER).status_code == 404

    def test_says_what_does_not_run_here(self, client, settings):
        settings.HOSTED_SERVICES, settings.PUBLIC_URLS = ("auth",), {}
        settings.SERVICE_URLS = {}

        page = words(client.get("/app/analytics/none"))

        assert "a part of Omnify that does not run here: analytics" in page


class TestServerError:
    def test_is_a_page_with_what_to_quote(self, client, settings):
        client.raise_request_exception = False
        settings.ROOT_URLCONF = "tests.omnify.pages.failing"

        page = client.get("/static/page", headers={"X-Request-ID": "request-12345"})
        problem = client.get("/")

        assert (page.status_code, problem.json()["code"]) == (500, "internal_error")
        assert '<code id="reference">request-12345</code>' in words(page)
        assert "What was saved before is still there." in words(page)


class TestAdvice:
    def test_names_who_may_give_another_role(self):
        advice = advise(MissingPermissionError(permission="analytics:view"), VIEWER, ACME)

        assert advice.text == "Your role does not allow this."
        assert advice.way_out.startswith(
            "Ada Byron or Grace Hopper can give you another role in Acme"
        )

    def test_names_nobody_while_nobody_is_known(self):
        advice = advise(MissingPermissionError(permission="analytics:view"), VIEWER, Viewer())

        assert advice.way_out.startswith("An owner of your organization")

    def test_keeps_what_an_error_says_of_itself(self):
        special = advise(
            InvalidInputError("These days.", errors=[{"field": "first"}]), VIEWER, ACME
        )
        general = advise(InvalidInputError(errors=[{"field": "first"}]), VIEWER, ACME)

        assert (special.text, general.text) == ("These days.", "This was not taken:")

    @pytest.mark.parametrize("error", [StaffOnlyError(), InternalServiceError()])
    def test_has_a_way_out(self, error):
        assert advise(error, replace(VIEWER, is_staff=True), ACME).way_out
