"""What the gateway itself answers: a page for browsers, a problem for programs."""

import base64
import hashlib
import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests

from tests.needs import needs

pytestmark = needs("nginx")
PATH = "/app/auth/members"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "X-Request-ID": "reference-1"}


def ask(gateway, path=PATH, method="GET", **options):
    return requests.request(method, gateway.url + path, timeout=10, **options)


class TestEnding:
    @pytest.fixture
    def away(self, old_one, old_two):
        old_one.behaviour = old_two.behaviour = 502

    def test_is_a_page_for_browsers(self, gateway, away):
        answer = ask(gateway, headers=BROWSER)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "<h1>This page cannot be shown now</h1>" in answer.text
        assert '<a href="">Try again</a>' in answer.text
        assert "<code>reference-1</code>" in answer.text
        assert answer.headers["X-Request-ID"] == "reference-1"

    def test_has_no_style_but_its_own(self, gateway, away):
        answer = ask(gateway, headers=BROWSER)

        [style] = re.findall("<style>(.+)</style>", answer.text)
        own = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{own}';")

    @pytest.mark.parametrize("accept", ["application/json", "*/*", None])
    def test_is_a_problem_for_programs(self, gateway, away, accept):
        answer = ask(gateway, headers={"Accept": accept})

        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "service_unavailable"
        assert answer.headers["Vary"] == "Accept"

    def test_says_of_a_form_that_nobody_knows_whether_it_was_done(self, gateway, old_one, old_two):
        old_one.behaviour = old_two.behaviour = "break"

        answer = ask(gateway, method="POST", data=b"x", headers=BROWSER)

        assert answer.status_code == 504
        assert "Look whether your change is there before you send it again." in answer.text

    def test_says_of_a_late_page_that_it_took_too_long(self, hasty_gateway, old_one, old_two):
        old_one.behaviour = old_two.behaviour = "hang"

        answer = ask(hasty_gateway, headers=BROWSER)

        assert (answer.status_code, "This took too long" in answer.text) == (504, True)

    def test_says_how_large_a_file_may_be(self, gateway):
        connection = HTTPConnection(urlsplit(gateway.url).netloc, timeout=10)
        headers = {**BROWSER, "Content-Length": str(70_000_000)}

        connection.request("POST", PATH, headers=headers)

        with connection.getresponse() as answer:
            assert answer.status == 413
            said = "has 70000000 bytes; at most 1 MB are taken here."
            assert said in answer.read().decode()
        connection.close()

    def test_has_a_page_for_what_is_not_there(self, gateway):
        answer = ask(gateway, "/nowhere", headers=BROWSER)

        assert (answer.status_code, "There is no such page" in answer.text) == (404, True)

    def test_is_asked_for_by_no_address(self, gateway):
        answer = ask(gateway, "/_gateway/413-page", headers=BROWSER)

        assert answer.status_code == 404
