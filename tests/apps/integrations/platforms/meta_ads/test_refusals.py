"""What Meta's errors and headers mean for who asked."""

import json
from datetime import date, timedelta

import pytest

from apps.integrations.calling.models import Quota
from apps.integrations.platforms.meta_ads.errors import classify
from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    MalformedError,
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.meta_errors import error
from deploy.sandbox.serving import Reply
from tests.apps.integrations.calling.scripted import START

ACCOUNT_DAY = Slice("metrics", "account", date(2026, 11, 10), date(2026, 11, 10))


def refusal(reply, account="1001"):
    """Return what an answer is refused with."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is what is asked for
        classify(Answer(reply.status, headers, reply.body, account), START)
    return caught.value


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "subcode", "status", "kind"),
        [
            (190, 460, 400, TokenRefusedError),
            (102, 0, 400, TokenRefusedError),
            (10, 0, 400, AccessLostError),
            (200, 0, 403, AccessLostError),
            (294, 0, 400, AccessLostError),
            (100, 33, 400, AccessLostError),
            (1, 0, 500, TooMuchError),
            (1, 99, 500, TooMuchError),
            (100, 1487534, 400, TooMuchError),
            (2, 1504038, 400, TooMuchError),
            (1, 0, 400, UnreachableError),
            (2, 0, 400, UnreachableError),
            (2, 0, 500, UnreachableError),
            (9999, 0, 503, UnreachableError),
            (2635, 0, 400, VersionEndedError),
            (100, 0, 400, RequestRefusedError),
            (3018, 0, 400, RequestRefusedError),
        ],
    )
    def test_say_what_to_do(self, code, subcode, status, kind):
        assert type(refusal(error(code, "Said", subcode, status))) is kind

    def test_name_the_exchange_and_metas_words_without_secrets(self):
        reply = error(100, "Bad access_token=EAAx of ann@example.org")

        refused = refusal(reply)

        assert refused.request_id == reply.body["error"]["fbtrace_id"]
        assert refused.words == "Meta: Bad access_token=[hidden] of [hidden] (code 100)."

    def test_say_that_a_day_is_kept_no_longer(self):
        assert refusal(error(3018, "Beyond 37 months")).code == "beyond_history"

    def test_count_whatever_the_status_is(self):
        assert type(refusal(error(190, "Expired", status=200))) is TokenRefusedError

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (401, TokenRefusedError),
            (429, ThrottledError),
            (502, UnreachableError),
            (404, RequestRefusedError),
        ],
    )
    def test_that_are_no_json_are_told_by_their_status(self, status, kind):
        assert type(refusal(Reply(None, status))) is kind


class TestThrottles:
    @pytest.mark.parametrize("code", [4, 341])
    def test_of_the_app_are_its_own(self, code):
        assert refusal(error(code, "Too many calls")).key == "app"

    @pytest.mark.parametrize("code", [17, 32, 613, 80000, 80004, 80014])
    def test_of_an_account_leave_others_alone(self, code):
        assert refusal(error(code, "Too many calls")).key == "account:1001"

    def test_last_as_long_as_meta_says(self):
        case = {"call_count": 100, "estimated_time_to_regain_access": 19}
        usage = json.dumps({"1002": [{"type": "ads_insights"}, case]})

        refused = refusal(error(80000, "Wait", X_Business_Use_Case_Usage=usage), account="")

        assert (refused.key, refused.until) == ("account:1002", START + timedelta(minutes=19))

    def test_last_as_long_as_the_accounts_own_header_says(self):
        usage = json.dumps({"acc_id_util_pct": 100, "reset_time_duration": 90})

        refused = refusal(error(17, "Wait", X_Ad_Account_Usage=usage))

        assert refused.until == START + timedelta(seconds=90)

    def test_last_five_minutes_where_meta_does_not_say(self):
        refused = refusal(error(4, "Wait", X_App_Usage="<broken"))

        assert refused.until == START + timedelta(minutes=5)

    def test_of_one_account_are_waited_for_and_others_go_on(self, adapter, api, peer):
        first, second, *_ = adapter.list_accounts(api)
        usage = json.dumps({"1001": [{"call_count": 100, "estimated_time_to_regain_access": 30}]})
        peer.faults.append(
            lambda asked: (
                error(80000, "Wait", X_Business_Use_Case_Usage=usage)
                if "act_1001" in asked.path
                else None
            )
        )
        for _ in range(2):
            with pytest.raises(ThrottledError):
                list(adapter.read(api, first, ACCOUNT_DAY))

        assert len(list(adapter.read(api, second, ACCOUNT_DAY))) == 1
        assert len(peer.asked_of("act_1001")) == 1


class TestUsage:
    def test_is_kept_by_account_with_the_worst_of_what_is_said(self, adapter, api, account):
        list(adapter.read(api, account, ACCOUNT_DAY))

        used = {quota.key: quota.used for quota in Quota.objects.filter(platform="meta_ads")}
        assert used == {"app": 0.015, "account:1001": 0.03}


class TestAccess:
    def test_that_was_taken_away_is_lost(self, adapter, api, account, peer):
        peer.hidden.add("1001")

        with pytest.raises(AccessLostError):
            list(adapter.read(api, account, ACCOUNT_DAY))

    def test_whose_right_is_gone_renews_the_token_once(self, adapter, api, peer):
        def refuse(asked):
            if "/me/adaccounts" in asked.path:
                peer.faults.append(refuse)
                return error(190, "Session is invalid", 460)
            return None

        peer.faults.append(refuse)
        for _ in range(100):
            with pytest.raises(AccessLostError):
                list(adapter.list_accounts(api))
        assert len(peer.asked_of("/oauth/access_token")) == 1

    def test_ends_with_the_grant(self, adapter, api, peer):
        peer.access.clear()

        with pytest.raises(GrantEndedError):
            list(adapter.list_accounts(api))


class TestVersions:
    def test_that_ended_are_asked_once(self, adapter, api, peer):
        peer.versions = ("v28.0",)

        with pytest.raises(VersionEndedError):
            list(adapter.list_accounts(api))
        assert len(peer.ledger) == 1


class TestHistory:
    def test_is_no_longer_than_what_meta_keeps(self, adapter, api, account, peer):
        first = START.date() - timedelta(days=adapter.spec.history_days)
        kept = Slice("metrics", "account", first, first)

        assert len(list(adapter.read(api, account, kept))) == 1
        too_old = Slice("metrics", "account", first - timedelta(days=8), first)
        with pytest.raises(RequestRefusedError, match="37 months"):
            list(adapter.read(api, account, too_old))


class TestAnswers:
    @pytest.mark.parametrize("body", [[], {"data": {}}, {"data": [1]}])
    def test_that_are_no_pages_are_malformed(self, adapter, api, peer, body):
        peer.faults.append(lambda _: Reply(body))

        with pytest.raises(MalformedError):
            list(adapter.list_accounts(api))

    def test_that_name_a_next_page_without_a_cursor_are_malformed(self, adapter, api, peer):
        peer.faults.append(lambda _: Reply({"data": [], "paging": {"next": "x"}}))

        with pytest.raises(MalformedError, match="next page"):
            list(adapter.list_accounts(api))
