"""How much a browser fetches for the overview and for the page of sign-in."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.conftest import REGISTRATION
from tests.world import import_file

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
PACKED = {"accept-encoding": "gzip"}


@pytest.fixture
def browser(client, registered):
    import_file(registered)
    client.post("/app/auth/sign-in", {name: REGISTRATION[name] for name in ("email", "password")})
    return client


def files_of(text, suffix):
    """The bytes of the static files that a page names, without the library that draws charts."""
    names = re.findall(rf'"/static/((?!vendor/)[^"]+\.{suffix})"', text)
    return [Path(finders.find(name)).read_bytes() for name in dict.fromkeys(names)]


def packed(contents):
    return sum(len(gzip.compress(content)) for content in contents)


class TestWeight:
    def test_of_the_overview_is_small_beside_the_library_of_its_charts(self, browser):
        answer = browser.get(PAGE, {"range": "all"}, headers=PACKED)
        text = gzip.decompress(answer.content).decode()
        styles, scripts = files_of(text, "css"), files_of(text, "js")

        assert packed(styles) <= 20_000
        assert packed(scripts) <= 40_000
        assert len(styles) + len(scripts) <= 16
        assert len(answer.content) <= 20_000

    def test_of_the_sign_in_is_smaller(self, client):
        text = client.get("/app/auth/sign-in").content.decode()

        assert sum(map(len, files_of(text, "css"))) <= 25_000
        assert "vendor/echarts" not in text

    def test_is_packed_on_pages_alone(self, browser, registered):
        page = browser.get(PAGE, headers=PACKED)
        workbook = browser.get(f"{PAGE}chart.xlsx", headers=PACKED)
        answer = registered.get("/api/auth/me", headers=PACKED)

        assert page.headers["Content-Encoding"] == "gzip"
        assert not {"Content-Encoding"} & {*workbook.headers, *answer.headers}
