"""Manifests that contradict each other are refused by name."""

import pytest

from omnify.services import Manifest
from omnify.services.registry import find_problems, manifests, owner_of


def make(name, port, **facts):
    return Manifest(name=name, summary="", port=port, prefixes=(f"/api/{name}",), **facts)


class TestFindProblems:
    def test_finds_none_in_the_real_ones(self):
        assert find_problems(manifests()) == []

    def test_names_an_unknown_need(self):
        [problem] = find_problems({"a": make("a", 1, needs=("b",))})

        assert problem == "'a' needs or uses the unknown service 'b'"

    def test_names_a_circle_of_needs(self):
        found = {
            "a": make("a", 1, needs=("b",)),
            "b": make("b", 2, needs=("c",)),
            "c": make("c", 3, needs=("a",)),
        }

        [problem] = find_problems(found)

        assert problem.endswith("a -> b -> c -> a")

    def test_allows_a_circle_of_uses(self):
        found = {"a": make("a", 1, uses=("b",)), "b": make("b", 2, uses=("a",))}

        assert find_problems(found) == []

    def test_names_both_claimants_of_a_port_and_a_path(self):
        twin = Manifest(name="b", summary="", port=1, prefixes=("/api/a",))
        found = {"a": make("a", 1), "b": twin}

        assert find_problems(found) == ["'a' and 'b' both claim 1", "'a' and 'b' both claim /api/a"]


class TestOwnerOf:
    @pytest.mark.parametrize(
        ("path", "owner"),
        [
            ("/api/auth/login", "auth"),
            ("/api/auth", "auth"),
            ("/api/authors", None),
            ("/app/analytics/", "analytics"),
            ("/mcp", "agentkit"),
            ("/health", None),
            ("/.well-known/jwks.json", "auth"),
        ],
    )
    def test_is_found_by_whole_segments(self, path, owner):
        found = owner_of(path)

        assert (found.name if found else None) == owner
