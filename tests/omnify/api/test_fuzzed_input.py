"""What fuzzing found, kept."""

import re
from base64 import b64encode
from urllib.parse import urlencode

import pytest
from uuid_utils.compat import uuid7

pytestmark = pytest.mark.django_db


class TestIds:
    @pytest.mark.parametrize("value", [False, 0, 1, 1.5, [], {}, "x", "\x00"])
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/rbac/permissions/check", {"permission": "campaign:edit"}),
            (
                "/api/rbac/permissions/resource/grant",
                {"permissions": ["org:edit"], "resource_type": "campaign", "resource_id": "0"},
            ),
            ("/api/sessions/revoke-all", {}),
        ],
    )
    def test_are_texts(self, registered, path, body, value):
        answer = registered.post(path, {**body, "user_id": value}, format="json")

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["user_id"]


class TestCursors:
    @pytest.mark.parametrize("position", ["350", "x", "\x00", "1" * 30, "1" * 600, None])
    @pytest.mark.parametrize("path", ["/api/sessions", "/api/auth/audit"])
    def test_of_another_list_are_refused(self, registered, path, position):
        if path == "/api/auth/audit" and position == "350":
            position = str(uuid7())
        cursor = b64encode(urlencode({"p": position}).encode()).decode() if position else "é"

        answer = registered.get(path, {"cursor": cursor})

        assert (answer.status_code, answer.json()["code"]) == (404, "cursor_invalid")


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            ("", "application/json", 400),
            ("null", "application/json", 400),
            ("[]", "application/json", 400),
            ("[" * 60_000, "application/json", 400),
            ('{"a":' * 60_000, "application/json", 400),
            ("organization_id=1", "application/x-www-form-urlencoded", 415),
        ],
    )
    @pytest.mark.parametrize("key", ["", "a-key-of-a-client"])
    def test_that_are_no_objects_are_refused(self, registered, body, kind, status, key):
        answer = registered.generic(
            "POST", "/api/auth/switch", body, content_type=kind, HTTP_IDEMPOTENCY_KEY=key
        )

        assert answer.status_code == status


class TestLimits:
    @pytest.mark.parametrize(
        ("limit", "status"),
        [
            ("1", 200),
            ("0000001", 200),
            ("2147483647", 200),
            ("9" * 5000, 400),
            ("0", 400),
            ("0000000", 400),
            ("-1", 400),
            ("", 400),
            ("1.5", 400),
            ("²", 400),
        ],
    )
    def test_are_whole_numbers_from_one_on(self, registered, limit, status):
        assert registered.get("/api/sessions", {"limit": limit}).status_code == status


class TestOpenApiDocument:
    def test_says_what_no_text_holds(self):
        from omnify.api.documents import _document

        schemas = _document()["components"]["schemas"]
        free = schemas["ForecastInputRequest"]["properties"]["channel"]["pattern"]
        needed = schemas["LoginRequest"]["properties"]["password"]["pattern"]

        assert re.search(free, "")
        assert re.search(needed, " a ")
        assert not re.search(needed, "  ")
        assert not any(re.search(pattern, "a\0b") for pattern in (free, needed))

    def test_says_that_lists_come_in_pages(self):
        from omnify.api.documents import _document

        answer = _document()["paths"]["/api/sessions"]["get"]["responses"]["200"]
        [schema] = [kind["schema"] for kind in answer["content"].values()]
        name = schema["$ref"].rpartition("/")[2]
        found = _document()["components"]["schemas"][name]["properties"]
        assert set(found) == {"results", "next"}
