"""What fuzzing found, kept."""

import pytest

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


class TestOpenApiDocument:
    def test_says_that_lists_come_in_pages(self):
        from omnify.api.documents import _document

        answer = _document()["paths"]["/api/sessions"]["get"]["responses"]["200"]
        [schema] = [kind["schema"] for kind in answer["content"].values()]
        name = schema["$ref"].rpartition("/")[2]
        found = _document()["components"]["schemas"][name]["properties"]
        assert set(found) == {"results", "next"}
