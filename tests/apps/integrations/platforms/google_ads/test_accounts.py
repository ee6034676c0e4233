"""Which customers a login of Google Ads reaches, and by which way."""

import pytest

from apps.integrations.platforms.refusals import AccessLostError
from deploy.sandbox.google_samples import AGENCY, AUCKLAND, BERLIN, TOKYO
from tests.apps.integrations.platforms.google_ads.reading import SHOP, wanted

pytestmark = pytest.mark.django_db


class TestAccounts:
    def test_are_those_that_advertise_each_by_the_shortest_way(self, adapter, api):
        found = {account.id: account for account in adapter.list_accounts(api)}

        assert {each.id: each.parent_id for each in found.values()} == {
            BERLIN: AGENCY,
            AUCKLAND: AGENCY,
            TOKYO: "",
            "1000000004": AGENCY,
        }
        far = found[AUCKLAND]
        assert (far.name, far.currency, far.timezone) == (
            *("Sample shop (NZD)", "NZD", "Pacific/Auckland"),
        )
        assert [each.id for each in found.values() if not each.is_active] == ["1000000004"]

    def test_below_a_manager_are_asked_with_its_id(self, adapter, api, peer):
        tokyo = next(each for each in adapter.list_accounts(api) if each.id == TOKYO)
        for account in (SHOP, tokyo):
            assert list(adapter.read(api, account, wanted("account")))

        logins = [asked.headers.get("login-customer-id") for asked in peer.ledger[-2:]]
        assert logins == [AGENCY, None]

    def test_are_lost_where_google_refuses_them_all(self, adapter, api, peer):
        peer.roots = ["1000000005"]
        with pytest.raises(AccessLostError, match="not yet enabled"):
            list(adapter.list_accounts(api))

    def test_may_be_none(self, adapter, api, peer):
        peer.roots = []
        assert list(adapter.list_accounts(api)) == []
        with pytest.raises(AccessLostError, match="no Google Ads account"):
            adapter.identify(api)


class TestIdentity:
    def test_is_the_first_customer_of_the_login(self, adapter, api):
        identity = adapter.identify(api)

        assert (identity.id, identity.name) == (TOKYO, "Sample shop (JPY) and 2 more")

    def test_is_asked_for_no_more_where_it_was_seen(self, adapter, api, peer):
        peer.roots = [TOKYO]
        seen = list(adapter.list_accounts(api))
        asked = len(peer.asked_of("searchStream"))

        assert adapter.identify(api, seen).name == adapter.identify(api).name
        assert len(peer.asked_of("searchStream")) == asked + 1

    def test_needs_no_open_customer(self, adapter, api, peer):
        peer.roots = ["1000000005"]
        assert adapter.identify(api).id == "1000000005"
