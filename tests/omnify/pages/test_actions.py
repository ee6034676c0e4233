"""Pages that change something, and what is said on the next page; with and without a script."""

import pytest
from django.test import Client

from omnify.pages.session import to_sign_in
from omnify.pages.views import PageView

pytestmark = pytest.mark.urls("tests.omnify.pages.site")
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/app/test/parts"}


def words(answer):
    return answer.content.decode()


class TestFormPage:
    def test_shows_its_form(self, client):
        page = words(client.get("/app/test/name"))

        assert '<form\n  method="post" action="/app/test/name"' in page
        assert "<html" in page

    def test_leads_back_and_says_it_once(self, client):
        sent = client.post("/app/test/name", {"name": "Ada"})
        first = words(client.get(sent["Location"]))
        second = words(client.get(sent["Location"]))

        assert (sent.status_code, sent["Location"]) == (303, "/app/test/parts")
        assert "It is called Ada." in first
        assert "It is called Ada." not in second

    def test_gives_htmx_the_part_that_it_led_back_to(self, client):
        page = words(client.post("/app/test/name", {"name": "Ada"}, headers=HTMX, follow=True))

        assert "It is called Ada." in page
        assert "<html" not in page
        assert page.lstrip().startswith("<title>Test · Omnify</title>")

    def test_sends_htmx_elsewhere_from_a_page_of_its_own(self, client):
        own = {**HTMX, "HX-Current-URL": "http://testserver/app/test/name"}

        answer = client.post("/app/test/name", {"name": "Ada"}, headers=own)

        assert (answer.status_code, answer["HX-Redirect"]) == (204, "/app/test/parts")
        assert "It is called Ada." in words(client.get("/app/test/parts"))

    def test_takes_no_harm_from_an_address_that_is_none(self, client):
        broken = {**HTMX, "HX-Current-URL": "http://["}

        answer = client.post("/app/test/name", {"name": "Ada"}, headers=broken)

        assert answer.headers["HX-Redirect"] == "/app/test/parts"

    @pytest.mark.parametrize(
        ("name", "status", "problem"),
        [("", 400, "This field is required."), ("taken", 409, "This name is taken.")],
    )
    def test_shows_what_is_wrong_beside_its_field(self, client, name, status, problem):
        plain = client.post("/app/test/name", {"name": name})
        part = client.post("/app/test/name", {"name": name}, headers=HTMX)

        assert (plain.status_code, part.status_code) == (status, 200)
        for answer in (plain, part):
            assert problem in words(answer).partition('id="id_name_error"')[2]
            assert f'value="{name}"' in words(answer) or not name

    def test_keeps_what_its_address_says(self, client):
        assert 'action="/app/test/name?next=%2Fa"' in words(client.get("/app/test/name?next=%2Fa"))

    def test_takes_no_form_without_its_token(self):
        answer = Client(enforce_csrf_checks=True).post("/app/test/name", {"name": "Ada"})

        assert answer.status_code == 403
        assert "This form has expired." in words(answer)


class TestQuestionPage:
    def test_asks_first(self, client):
        page = words(client.get("/app/test/remove/7"))

        assert "It cannot be brought back." in page
        assert "Yes, remove 7" in page
        assert '<a class="btn" href="/app/test/parts" data-cancel>Cancel</a>' in page

    def test_does_it_when_it_is_sent(self, client):
        page = words(client.post("/app/test/remove/7", follow=True))

        assert "Number 7 was removed." in page

    def test_leaves_a_refusal_to_the_shell(self, client):
        answer = client.post("/app/test/remove/0")

        assert answer.status_code == 409
        assert "Nothing can be removed." in words(answer)


class TestActionPage:
    def test_is_done_when_it_is_sent(self, client):
        assert "It was undone." in words(client.post("/app/test/undo", follow=True))

    def test_says_in_words_that_it_is_no_page_to_open(self, client):
        answer = client.get("/app/test/undo")

        assert answer.status_code == 405
        assert "only takes what a page sends" in words(answer)


class TestNotice:
    def test_is_nobody_else_s_to_write(self, client):
        client.cookies["omnify-notice"] = "eyJ0ZXh0IjoiU2VuZCBtb25leSJ9:1:x"

        assert "Send money" not in words(client.get("/app/test/parts"))


class TestProgress:
    def test_is_a_part_or_a_page(self, client):
        part = words(client.get("/app/test/progress", headers=HTMX))
        page = words(client.get("/app/test/progress"))

        assert "<title" not in part
        assert "<html" in page
        for text in (part, page):
            assert "It ran." in text


class TestDeclaration:
    def test_is_held_to_its_methods(self):
        with pytest.raises(TypeError, match="says nothing of"):

            class _Page(PageView):
                access = {}  # noqa: RUF012

                def get(self, request):
                    """Answer."""


class TestSignIn:
    @pytest.mark.parametrize("back", ["http://[", "//[", "https://evil.example/app/"])
    def test_leads_back_to_no_address_that_is_not_ours(self, rf, back):
        request = rf.post("/app/test/name", headers={"Referer": back})
        request.htmx = False

        answer = to_sign_in(request, may_renew=False)

        assert answer["Location"].endswith("?next=%2F")
