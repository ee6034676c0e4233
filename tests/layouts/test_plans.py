"""The random layouts cover each pair of services together and apart, and can be had again."""

import itertools

import pytest

from apps import SERVICES
from tests.layouts.plans import SINGLES, covered, describe, pair_cover, parse, shipped


class TestPairCover:
    @pytest.mark.parametrize("seed", range(10))
    def test_has_each_pair_together_and_apart(self, seed):
        found = {case for slices in pair_cover(seed) for case in covered(slices)}

        pairs = itertools.combinations(SERVICES, 2)
        assert found == {(pair, together) for pair in pairs for together in (True, False)}

    def test_owns_every_service_once(self):
        for slices in pair_cover(seed=3):
            assert sorted(name for part in slices for name in part) == sorted(SERVICES)

    def test_is_the_same_for_a_seed(self):
        assert pair_cover(seed=4) == pair_cover(seed=4)
        assert pair_cover(seed=4) != pair_cover(seed=5)


class TestParse:
    def test_reads_what_is_printed(self):
        for slices in (SINGLES, *pair_cover(seed=1), *shipped().values()):
            assert parse(describe(slices)) == slices

    def test_refuses_an_unknown_service(self):
        with pytest.raises(ValueError, match=r"\['billing'\]; there are auth"):
            parse("auth,billing|ml")
