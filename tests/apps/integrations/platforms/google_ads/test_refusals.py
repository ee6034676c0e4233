"""What Google's errors mean, and what follows from them."""

from datetime import timedelta

import pytest

from apps.integrations.authorizing.models import Credential
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    RequestRefusedError,
    ThrottledError,
    TooMuchError,
    UnreachableError,
    VersionEndedError,
)
from apps.integrations.platforms.registry import get_adapter
from deploy.sandbox.google_ads import failure
from deploy.sandbox.serving import Reply
from omnify.encryption import decrypt_text
from tests.apps.integrations.calling.scripted import START, Clock
from tests.apps.integrations.platforms.google_ads.reading import (
    FAR_SHOP,
    MANAGER,
    SHOP,
    wanted,
)

pytestmark = pytest.mark.django_db
DEAR = "EXCESSIVE_{}_TERM_QUERY_RESOURCE_CONSUMPTION"
GATEWAY = {"Content-Type": "text/html"}


def refuse(peer, status, kind, name, *, quota=None, times=1):
    body = [failure(status, kind, name, f"Google says {name}.", quota)]
    peer.faults.extend((lambda _: Reply(body, status),) * times)


def read(api, level="account", account=SHOP, platform="google_ads"):
    return list(get_adapter(platform).read(api, account, wanted(level)))


class TestErrors:
    @pytest.mark.parametrize(
        ("said", "error"),
        [
            ((403, "authorizationError", "USER_PERMISSION_DENIED"), AccessLostError),
            ((403, "authorizationError", "CUSTOMER_NOT_ENABLED"), AccessLostError),
            ((403, "authorizationError", "PROJECT_DISABLED"), RequestRefusedError),
            ((401, "authenticationError", "NOT_ADS_USER"), AccessLostError),
            ((401, "authenticationError", "CUSTOMER_NOT_FOUND"), AccessLostError),
            ((400, "requestError", "UNSUPPORTED_VERSION"), VersionEndedError),
            ((400, "queryError", "BAD_ENUM_CONSTANT"), RequestRefusedError),
            ((404, "requestError", "RESOURCE_NOT_FOUND"), RequestRefusedError),
            ((500, "internalError", "DEADLINE_EXCEEDED"), TooMuchError),
        ],
    )
    def test_are_of_their_kind(self, api, peer, said, error):
        refuse(peer, *said)
        with pytest.raises(error) as caught:
            read(api)

        assert type(caught.value) is error
        assert caught.value.request_id

    def test_bring_the_vendors_words_to_who_asked(self, api, peer):
        with pytest.raises(RequestRefusedError, match="for a manager account"):
            read(api, account=MANAGER)

    def test_of_a_right_that_was_not_granted_name_no_owner_of_the_account(self, api, peer):
        reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo"}
        reason["reason"] = "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
        told = {"code": 403, "message": "Insufficient scopes.", "details": [reason]}
        peer.faults.append(lambda _: Reply({"error": told}, 403))
        with pytest.raises(AccessLostError, match="scopes"):
            read(api)

    @pytest.mark.parametrize(
        ("status", "error"), [(404, VersionEndedError), (403, AccessLostError)]
    )
    def test_without_words_are_told_by_their_status(self, api, peer, status, error):
        peer.faults.append(lambda _: Reply("<html>", status, GATEWAY))
        with pytest.raises(error):
            read(api)

    @pytest.mark.parametrize(
        "body", ["[]", "[[]]", '{"error": 7}', '[{"error": {"details": [{"errors": {}}]}}]']
    )
    def test_of_another_shape_are_told_by_their_status(self, api, peer, body):
        peer.faults.append(lambda _: Reply(body, 400))
        with pytest.raises(RequestRefusedError, match="answered 400"):
            read(api)

    def test_that_pass_are_tried_again(self, api, peer):
        refuse(peer, 503, "internalError", "TRANSIENT_ERROR")
        assert read(api)

    def test_that_last_are_late(self, api, peer):
        refuse(peer, 503, "internalError", "TRANSIENT_ERROR", times=3)
        with pytest.raises(UnreachableError):
            read(api)


class TestVersions:
    def test_that_ended_are_said_once(self, api, peer):
        peer.versions = ("v27",)
        with pytest.raises(VersionEndedError):
            read(api)

        assert len(peer.ledger) == 1


class TestTokens:
    def test_that_died_are_renewed_once_and_keep_their_refresh_token(self, api, peer):
        peer.access.clear()
        assert read(api)
        assert read(api)

        row = Credential.objects.get()
        kept = decrypt_text(row.refresh_encrypted, purpose=row.secret_purpose)
        assert (row.version, peer.refresh) == (2, {kept: True})
        assert len(peer.asked_of("/token")) == 1

    def test_that_are_refused_though_new_mean_that_access_is_lost(self, api, peer):
        refused = failure(401, "authenticationError", "OAUTH_TOKEN_INVALID", "Invalid.")

        def fault(asked):
            return Reply([refused], 401) if "searchStream" in asked.path else None

        peer.faults.extend([fault] * 11)
        for _ in range(10):
            with pytest.raises(AccessLostError):
                read(api)

        assert len(peer.asked_of("/token")) == 1


class TestQuotas:
    def test_of_the_project_are_waited_for_by_all_that_share_it(self, api, peer, connection):
        quota = {"rateScope": "DEVELOPER", "retryDelay": "40591s"}
        refuse(peer, 429, "quotaError", "RESOURCE_EXHAUSTED", quota=quota)
        with pytest.raises(ThrottledError) as caught:
            read(api)
        with pytest.raises(ThrottledError):
            read(open_api(connection, clock=Clock()), account=FAR_SHOP)

        assert caught.value.until == START + timedelta(seconds=40_592)
        assert len(peer.ledger) == 1

    def test_of_an_account_hold_up_no_other(self, api, peer):
        quota = {"rateScope": "ACCOUNT", "retryDelay": "900s"}
        refuse(peer, 429, "quotaError", "RESOURCE_EXHAUSTED", quota=quota)
        for _ in range(2):
            with pytest.raises(ThrottledError):
                read(api)

        assert read(api, account=FAR_SHOP)
        assert len(peer.ledger) == 2

    @pytest.mark.parametrize(("term", "minutes"), [("SHORT", 5), ("LONG", 30)])
    def test_of_a_dear_query_hold_up_its_kind_alone(self, api, peer, term, minutes):
        refuse(peer, 429, "quotaError", DEAR.format(term))
        for _ in range(2):
            with pytest.raises(ThrottledError) as caught:
                read(api, "ad")

        assert caught.value.until == START + timedelta(minutes=minutes)
        assert read(api, "campaign")
        assert read(api, "ad", FAR_SHOP)
        assert len(peer.ledger) == 3

    def test_that_are_short_are_waited_for_in_place(self, api, peer, clock):
        refuse(peer, 429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED")
        assert read(api)
        assert sum(clock.waits) >= 15
