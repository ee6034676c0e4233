"""The OpenAPI document says everything, and every answer of the journey is what it says."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from omnify.api.files import MEDIA_TYPES

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
_ROOT = "urn:omnify:document"
_REGISTRY = Registry().with_resource(_ROOT, Resource(DOCUMENT, DRAFT202012))
OPERATIONS = [
    pytest.param(operation, id=f"{method.upper()} {path}")
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
#: The library's own paths; its document is its own.
_UNDOCUMENTED = ("/api/auth/app/", "/api/auth/browser/")


def operation_of(answer):
    """The document's operation that an answer is of, None where no service has the path."""
    path = urlsplit(answer.request.url).path
    # The most literal of the templates that fit: /brands/{id} does not hide /brands/new.
    for template in sorted(DOCUMENT["paths"], key=lambda name: (name.count("{"), name)):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return DOCUMENT["paths"][template].get(answer.request.method.lower())
    return None


def problems_of(answer):
    """What of an answer the document does not say."""
    operation = operation_of(answer)
    if operation is None:
        return
    found = operation["responses"].get(str(answer.status_code))
    if found is None:
        if answer.status_code < 400:
            yield f"{answer.status_code} is not said"
            return
        found = operation["responses"]["default"]
    media = answer.headers.get("Content-Type", "")
    content = found.get("content", {})
    if not answer.content and not content:
        return
    if media not in content:
        yield f"{answer.status_code} is {media or 'empty'}, not {' or '.join(content) or 'empty'}"
        return
    schema = json.loads(json.dumps(content[media]["schema"]).replace('"#/', f'"{_ROOT}#/'))
    for error in Draft202012Validator(schema, registry=_REGISTRY).iter_errors(answer.json()):
        yield f"{answer.status_code} {error.json_path}: {error.message[:200]}"


class TestDocument:
    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_says_what_every_operation_does(self, operation):
        assert len(operation["summary"]) >= 8
        assert len(operation.get("description", "x" * 20)) >= 20
        assert "example" in json.dumps(operation)

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_has_a_schema_of_everything_sent_and_answered(self, operation):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for part in [*bodies, *operation["responses"].values()]:
            for kind, media in part.get("content", {}).items():
                known = (
                    {"type"} if kind in MEDIA_TYPES.values() else {"$ref", "properties", "items"}
                )
                assert media["schema"].keys() & known, media["schema"]

    def test_is_what_the_journey_is_answered(self, walked):
        _, answers = walked
        found = {
            f"{answer.request.method} {urlsplit(answer.request.url).path}: {problem}"
            for answer in answers
            for problem in problems_of(answer)
        }

        assert not found

    def test_sees_an_answer_that_it_does_not_say(self, walked):
        _, answers = walked
        answer = next(each for each in answers if each.url.endswith("/api/auth/me") and each.ok)
        answer.json = lambda: {"user": {}}

        assert list(problems_of(answer))
