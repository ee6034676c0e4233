"""What an answer says of its measures with ``explain``."""

import pytest

from tests.apps.analytics.requests import ask
from tests.factories.integrations import make_connection, make_metrics

pytestmark = pytest.mark.django_db
TWO = {"tv": {"spend": 30}, "web": {"spend": 10, "clicks": 5}}


class TestExplain:
    def test_tells_formula_sources_and_coverage(self, owner):
        shop, ads, abroad, idle = (
            make_connection(owner.organization_id, name=name)
            for name in ("Shop", "Ads", "Abroad", "Idle")
        )
        make_metrics(shop, days=3, currency="USD", revenue=100)
        make_metrics(ads, days=3, currency="USD", channels=TWO)
        make_metrics(abroad, days=3, currency="EUR", channels={"x": {"spend": 7, "clicks": 2}})

        body = ask(owner, measures=["spend", "cpc", "blended_roas"], explain=True).json()

        def named(*connections):
            return [{"id": str(each.id), "name": each.name} for each in connections]

        assert body["explained"][0] == {
            "measure": "spend",
            "formula": "sum of spend",
            "sources": named(ads),
            "coverage": None,
        }
        cpc, roas = body["explained"][1:]
        assert (cpc["formula"], cpc["sources"]) == ("spend / clicks", named(abroad, ads))
        assert (roas["measure"], roas["sources"]) == ("blended_roas", named(ads, shop))
        assert str(idle.id) not in str(body["explained"])

    def test_tells_the_share_that_a_ratio_rests_on(self, owner):
        ads = make_connection(owner.organization_id)
        make_metrics(ads, days=3, currency="USD", channels=TWO)
        days = {"measures": ["cpc", "cpm", "clicks"], "explain": True}

        def coverages(**changes):
            return [each["coverage"] for each in ask(owner, **days, **changes).json()["explained"]]

        assert coverages() == ["0.2500", "0.0000", None]
        assert coverages(filters={"channel": ["web"]}) == ["1.0000", "0.0000", None]
        assert coverages(**{"from": "2027-01-01", "to": "2027-01-02"}) == [None, None, None]

    def test_is_silent_unless_asked(self, owner):
        make_metrics(make_connection(owner.organization_id), revenue=1)

        assert ask(owner).json()["explained"] == []
