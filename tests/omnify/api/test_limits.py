"""Requests that no view is meant to read."""

import json

import pytest

from omnify.api.limits import PUBLIC_BODY_BYTES

pytestmark = pytest.mark.django_db

HEADLESS = "/api/auth/app/v1/auth/login"
STEP = "/api/onboarding/steps/role_selection/complete"
FORM = "multipart/form-data; boundary=x"


def post(client, path, body, kind="application/json", **headers):
    return client.generic("POST", path, body, content_type=kind, headers=headers)


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def part(head, body="a"):
    return f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n"


class TestSizes:
    @pytest.mark.parametrize("path", ["/api/auth/register", "/api/auth/login", HEADLESS])
    def test_are_small_where_anybody_may_send(self, api, path):
        assert code_of(post(api, path, " " * (PUBLIC_BODY_BYTES + 1))) == (413, "payload_too_large")
        assert post(api, path, " " * PUBLIC_BODY_BYTES).status_code == 400

    def test_are_larger_for_those_who_are_signed_in(self, owner):
        body = json.dumps({"metrics": ["spend"], "since": "x" * PUBLIC_BODY_BYTES})

        assert post(owner, "/api/analytics/query", body).status_code == 400

    def test_are_bounded_for_those_who_are_signed_in(self, owner):
        answer = post(owner, "/api/analytics/query", " " * (512 * 1024 + 1))

        assert code_of(answer) == (413, "payload_too_large")

    def test_of_forms_are_looked_at_before_their_token(self, api):
        answer = post(api, "/app/auth/sign-in", "x" * (PUBLIC_BODY_BYTES + 1), FORM)

        assert answer.status_code == 413
        assert b"at most 65536" in answer.content


class TestTexts:
    @pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "utf-16", "none"])
    @pytest.mark.parametrize("path", ["/api/auth/login", "/app/auth/sign-in", HEADLESS])
    def test_are_utf_8(self, api, path, charset):
        kind = f"application/x-www-form-urlencoded; charset={charset}"

        assert post(api, path, "email=%2B2AA-", kind).status_code == 415

    @pytest.mark.parametrize("path", ["/api/auth/login%00", "/app/auth/%00", "/api/%00/x"])
    def test_of_paths_have_no_null_character(self, api, path):
        assert api.get(path).status_code == 404

    def test_of_ids_have_no_null_character(self, registered):
        assert registered.get("/api/onboarding/steps/%00").status_code == 404

    def test_of_pages_have_no_null_character(self, api):
        asked = api.get("/app/auth/sign-in", {"next": "/\x00"})
        sent = api.post("/app/auth/sign-in", {"email": "a\x00@b.example", "password": "x"})

        assert (asked.status_code, sent.status_code) == (400, 400)
        assert b"Null characters are not allowed" in sent.content

    @pytest.mark.parametrize("text", ["\\ud800", "a\\u0000b"])
    def test_of_free_data_can_be_stored(self, registered, text):
        answer = post(registered, STEP, f'{{"data": {{"role": "{text}"}}}}')

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "data.role"

    @pytest.mark.parametrize("body", [b"[" * 950 + b"]" * 950, b'{"email": "\\ud800"}', b"NaN"])
    def test_of_a_library_s_views_are_checked_too(self, api, body):
        assert code_of(post(api, HEADLESS, body)) == (400, "invalid_input")


class TestDepth:
    @pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/switch", STEP])
    @pytest.mark.parametrize("key", ["", "a-key-of-a-client"])
    def test_is_bounded(self, registered, path, key):
        body = '{"data": ' + "[" * 950 + "]" * 950 + "}"

        assert code_of(post(registered, path, body, idempotency_key=key)) == (400, "invalid_input")


class TestForms:
    @pytest.mark.parametrize(
        ("parts", "status"),
        [
            (part('name="a"') * 5000, 413),
            (part('name="a"; filename="a.csv"') * 5000, 413),
            (part('name="a"; ' + "x" * 100_000), 400),
            (part("name=\"a\"; filename*=no-such-encoding''a.csv"), 400),
            ("--x", 400),
            ("", 400),
        ],
    )
    def test_that_cannot_be_read_are_refused(self, registered, parts, status):
        answer = post(registered, "/api/integrations/csv/import", parts + "--x--\r\n", FORM)

        assert answer.status_code == status
        assert answer.json()["detail"]

    def test_of_too_many_fields_are_refused_on_pages_too(self, client):
        body = "&".join(f"field{number}=" for number in range(5000))

        answer = client.post(
            "/app/auth/sign-in", body, content_type="application/x-www-form-urlencoded"
        )

        assert answer.status_code == 413
        assert b"at most 1000 fields" in answer.content
