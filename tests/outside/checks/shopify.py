"""Every text that Shopify is asked with, against the schema of the version that is asked."""

import json
import re

import graphql
import pytest

from apps.integrations.platforms.shopify import queries
from apps.integrations.platforms.shopify.adapter import ShopifyAdapter
from tests.outside.fetching import DOCUMENTS, FOLDER

SHAPES = {name: each for name, each in vars(queries).items() if isinstance(each, queries.Shape)}
TEXTS = {
    **{
        name: each
        for name, each in vars(queries).items()
        if isinstance(each, str) and re.match(r"(query|mutation)\b", each)
    },
    **{f"{name} page": shape.page_text() for name, shape in SHAPES.items()},
    "counts": queries.counts_text(30),
}
BULK = {
    name: shape.bulk_text("updated_at:>='2026-11-01T00:00:00Z'") for name, shape in SHAPES.items()
}


@pytest.fixture(scope="module")
def schema():
    read = json.loads((FOLDER / "shopify.json").read_bytes())
    # The vendor's own schema breaks a rule of the specification.
    return graphql.build_client_schema(read.get("data", read), assume_valid=True)


def find_errors(schema, text):
    return [error.message for error in graphql.validate(schema, graphql.parse(text))]


class TestSchema:
    def test_is_of_the_version_that_is_asked(self):
        assert f"admin_{ShopifyAdapter.spec.api_version}." in DOCUMENTS["shopify.json"][2]

    def test_knows_what_is_wrong(self, schema):
        assert find_errors(schema, queries.SHOP.replace("currencyCode", "currency"))


class TestTexts:
    @pytest.mark.parametrize("name", [*TEXTS])
    def test_are_as_the_schema_has_them(self, schema, name):
        assert find_errors(schema, TEXTS[name]) == []


class TestBulkTexts:
    @pytest.mark.parametrize("name", [*BULK])
    def test_are_as_the_schema_has_them_and_within_what_is_allowed(self, schema, name):
        assert find_errors(schema, BULK[name]) == []
        assert BULK[name].count("edges {") <= 5
        assert measure_depth(BULK[name]) <= 3


def measure_depth(text):
    """How deep connections are nested, the outermost one counted."""
    deepest = depth = 0
    is_connection = []
    for word in re.findall(r"edges \{|[{}]", text):
        if word == "}":
            depth -= is_connection.pop()
        else:
            is_connection.append(word != "{")
            depth += is_connection[-1]
            deepest = max(deepest, depth)
    return deepest
