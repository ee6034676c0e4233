"""Who consented at Meta, and what they can see."""

from apps.integrations.platforms.rows import Account


class TestListAccounts:
    def test_gives_all_pages_with_zone_and_currency(self, adapter, api, peer):
        peer.page_rows = 2

        found = list(adapter.list_accounts(api))

        assert found[0] == Account("1001", "Sample shop (EUR)", "EUR", "Europe/Berlin")
        assert [(each.currency, each.timezone, each.is_active) for each in found[1:]] == [
            ("USD", "America/New_York", True),
            ("NZD", "Pacific/Auckland", True),
            ("JPY", "Asia/Tokyo", False),
        ]
        assert len(peer.asked_of("/me/adaccounts")) == 2

    def test_leaves_the_token_out_of_addresses_and_proves_the_apps_secret(self, adapter, api, peer):
        list(adapter.list_accounts(api))

        [asked] = peer.asked_of("/me/adaccounts")
        assert "access_token" not in asked.query
        assert len(asked.query["appsecret_proof"]) == 64


class TestIdentify:
    def test_names_the_person_whatever_they_can_see(self, adapter, api, peer):
        peer.hidden.update(peer.accounts)

        assert adapter.identify(api).id == "10"
        assert adapter.identify(api).name == "Sample person"
