"""Actions at TikTok and LinkedIn, whose amounts are in the currency's own units."""

import pytest

pytestmark = pytest.mark.django_db
AMOUNTS = [
    ("JPY", "15000", "15000", 15_000),
    ("KRW", "150000", "150000", 150_000),
    ("HUF", "12345.50", "12345.50", 12_345.5),
    ("KWD", "12.345", "12.345", 12.345),
    ("USD", "80.05", "80.05", 80.05),
]
GROUP, CAMPAIGN, CREATIVE = ("ad_group", "17019"), "1701", ("ad", "1801")
URN = "urn:li:sponsoredCreative:9001"


class TestTikTok:
    @pytest.mark.parametrize(("currency", "amount", "shown", "sent"), AMOUNTS)
    def test_is_exact_and_back(self, tiktok_in, currency, amount, shown, sent):
        with tiktok_in(currency) as acts:
            group = acts.peer.changes.things["adgroup", GROUP[1]]
            done = acts.do(GROUP, amount=amount, currency=currency)

            assert (done["status"], done["after"]["amount"]) == ("done", shown)
            assert group["budget"] == sent
            assert acts.go(acts.revert(done))["after"] == done["before"]
            assert group["budget"] == 80.0

    def test_sets_a_campaign_s_own_budget(self, tiktok):
        campaign = tiktok.peer.changes.things["campaign", CAMPAIGN]
        campaign.update(budget=100.0, budget_mode="BUDGET_MODE_DAY")
        done = tiktok.do(CAMPAIGN, amount="120.00", currency="EUR")

        assert (done["status"], done["before"]["amount"]) == ("done", "100.00")
        assert campaign["budget"] == 120.0

    @pytest.mark.parametrize("target", [CAMPAIGN, GROUP, CREATIVE])
    def test_pauses_and_is_taken_back(self, tiktok, target):
        paused = tiktok.do(target, "pause")
        back = tiktok.go(tiktok.revert(paused))

        assert (paused["status"], back["status"]) == ("done", "done")
        sent = [body["operation_status"] for _, body in tiktok.peer.changes.writes]
        assert sent == ["DISABLE", "ENABLE"]

    @pytest.mark.parametrize(
        ("target", "action", "change", "code"),
        [
            (CAMPAIGN, "set_budget", {}, "budget_is_elsewhere"),
            (CAMPAIGN, "set_budget", {"budget_mode": "BUDGET_MODE_TOTAL"}, "budget_is_lifetime"),
            (
                GROUP,
                "set_budget",
                {"is_smart_performance_campaign": True},
                "campaign_is_automated",
            ),
            (
                CREATIVE,
                "pause",
                {"campaign_automation_type": "UPGRADED_SMART_PLUS"},
                "campaign_is_automated",
            ),
            (CREATIVE, "set_budget", {}, "budget_is_elsewhere"),
            (CAMPAIGN, "resume", {"operation_status": "DELETE"}, "target_is_gone"),
        ],
    )
    def test_says_what_is_not_supported(self, tiktok, target, action, change, code):
        tiktok.peer.changes.things["campaign", CAMPAIGN].update(change)
        money = {"amount": "90.00", "currency": "EUR"} if action == "set_budget" else {}
        ended = tiktok.do(target, action, **money)

        assert (ended["status"], ended["error"]["code"]) == ("not_supported", code)
        assert tiktok.peer.changes.writes == []


class TestLinkedIn:
    @pytest.mark.parametrize(("currency", "amount", "shown", "sent"), AMOUNTS)
    def test_is_exact_and_back(self, linkedin_in, currency, amount, shown, sent):
        with linkedin_in(currency) as acts:
            budget = acts.peer.changes.campaigns["700"]
            done = acts.do("700", amount=amount, currency=currency)

            assert (done["status"], done["after"]["amount"]) == ("done", shown)
            assert float(budget["dailyBudget"]["amount"]) == sent
            assert acts.go(acts.revert(done))["after"] == done["before"]
            assert [own for own, _ in acts.peer.changes.writes] == ["700", "700"]

    @pytest.mark.parametrize(("target", "own"), [("700", "700"), (("ad", "9001"), URN)])
    def test_pauses_and_is_taken_back(self, linkedin, target, own):
        paused = linkedin.do(target, "pause")
        back = linkedin.go(linkedin.revert(paused))

        assert (paused["status"], back["status"]) == ("done", "done")
        sent = [(name, *values.values()) for name, values in linkedin.peer.changes.writes]
        assert sent == [(own, "PAUSED"), (own, "ACTIVE")]

    @pytest.mark.parametrize(
        ("target", "action", "change", "code"),
        [
            ("700", "set_budget", {"dailyBudget": None}, "budget_is_elsewhere"),
            (
                "700",
                "set_budget",
                {"dailyBudget": None, "totalBudget": {"amount": "9", "currencyCode": "EUR"}},
                "budget_is_lifetime",
            ),
            ("702", "pause", {}, "target_is_gone"),
            (("ad", "9001"), "set_budget", {}, "budget_is_elsewhere"),
        ],
    )
    def test_says_what_is_not_supported(self, linkedin, target, action, change, code):
        linkedin.peer.changes.campaigns["700"].update(change)
        money = {"amount": "90.00", "currency": "EUR"} if action == "set_budget" else {}
        ended = linkedin.do(target, action, **money)

        assert (ended["status"], ended["error"]["code"]) == ("not_supported", code)
        assert linkedin.peer.changes.writes == []

    def test_has_no_ad_groups(self, linkedin):
        refused = linkedin.ask(("ad_group", "1"), "pause")

        assert (refused.status_code, refused.json()["code"]) == (422, "action_invalid")
        assert "campaign and ad" in refused.json()["errors"][0]["message"]
