"""What a connection does about refused tokens, failures, throttles and long answers."""

from datetime import timedelta
from typing import Any

import pytest

from apps.integrations.calling.models import RawAnswer
from apps.integrations.calling.operations.answers import KEPT, forget_answers
from apps.integrations.platforms.port import DAY, Limit
from apps.integrations.platforms.refusals import (
    AccessLostError,
    MalformedError,
    RequestRefusedError,
    ThrottledError,
    UnreachableError,
)
from omnify.context import acting_as
from tests.apps.integrations.calling.scripted import (
    START,
    Clock,
    ScriptedAdapter,
    Tokens,
    open_api,
    scripted,
)
from tests.factories.integrations import make_connection


@pytest.fixture
def connection(owner):
    with acting_as(owner):
        yield make_connection(owner.organization_id)


class TestTokens:
    def test_that_die_between_pages_are_renewed_once_and_the_page_is_asked_again(self, connection):
        # The platform's clock is 90 s ahead: the token ends there while it is good here.
        def answer(path, token):
            is_dead = path in ("/pages/4", "/pages/5") and token == "Bearer token-1"
            return (401, {}, {}) if is_dead else (200, {"page": path[-1]}, {})

        tokens = Tokens()
        with scripted(answer) as platform:
            api = open_api(connection, platform.url, tokens=tokens)
            pages = [api.get(f"/pages/{number}")["page"] for number in range(1, 6)]
        assert pages == ["1", "2", "3", "4", "5"]
        assert tokens.renewed == [1]
        assert [path for path, _ in platform.asked].count("/pages/4") == 2

    def test_that_are_refused_though_new_mean_that_access_is_lost(self, connection):
        tokens = Tokens()
        with scripted(lambda *_: (401, {}, {})) as platform:
            api = open_api(connection, platform.url, tokens=tokens)
            for _ in range(100):
                with pytest.raises(AccessLostError):
                    api.get("/contacts")
        assert tokens.renewed == [1]
        assert len(platform.asked) == 101

    def test_go_to_the_platforms_own_origin_alone(self, connection):
        with scripted(lambda *_: (200, {}, {})) as platform:
            api = open_api(connection, platform.url)
            assert api.get(platform.url + "/next?after=1") == {}
            with pytest.raises(RequestRefusedError, match="not its own"):
                api.get("http://127.0.0.1:1/next")
        assert len(platform.asked) == 1


class TestFailures:
    def test_of_reads_are_tried_again(self, connection):
        answers = [(503, b"<html>", {}), (500, {}, {}), (200, {"ok": 1}, {})]
        clock = Clock()
        with scripted(lambda *_: answers.pop(0)) as platform:
            assert open_api(connection, platform.url, clock=clock).get("/x") == {"ok": 1}
        assert len(clock.waits) == 2

    def test_that_last_are_given_up(self, connection):
        with scripted(lambda *_: (503, {}, {})) as platform:
            with pytest.raises(UnreachableError):
                open_api(connection, platform.url).get("/x")
            assert len(platform.asked) == 3

    def test_of_what_changes_nothing_are_tried_again(self, connection):
        answers = [(503, {}, {}), (200, {"report": 1}, {})]
        with scripted(lambda *_: answers.pop(0)) as platform:
            api = open_api(connection, platform.url)
            assert api.post("/reports", {}, is_read=True) == {"report": 1}

    def test_of_what_may_have_been_done_are_not_repeated(self, connection):
        with scripted(lambda *_: (503, {}, {})) as platform:
            with pytest.raises(UnreachableError):
                open_api(connection, platform.url).post("/budgets", {"amount": 5})
            assert len(platform.asked) == 1


class TestThrottles:
    def test_close_the_quota_for_all_connections_of_the_app_and_no_other(self, connection):
        def answer(path, _token):
            return 200, {"code": 40100}, {"Retry-After": 300}

        clock = Clock()
        with scripted(answer) as platform:
            for _ in range(2):
                with pytest.raises(ThrottledError) as caught:
                    open_api(connection, platform.url, clock=clock).get("/x")
                assert caught.value.until == START + timedelta(seconds=300)
            other = ScriptedAdapter()
            other.spec = type("Spec", (), {"id": "another", "quota_of": ""})
            with pytest.raises(ThrottledError):
                open_api(connection, platform.url, adapter=other, clock=clock).get("/x")
        # The second was known from the ledger; the other platform was asked.
        assert len(platform.asked) == 2

    def test_of_a_shape_close_it_for_its_account_alone(self, connection):
        with scripted(lambda *_: (200, {"code": 9}, {})) as platform:
            api = open_api(connection, platform.url)
            for _ in range(2):
                with pytest.raises(ThrottledError) as caught:
                    api.post("/accounts/1/x", {"shape": "a"})
                assert caught.value.key == "shape:1:a"
            for path, shape in [("/accounts/1/x", "b"), ("/accounts/2/x", "a")]:
                with pytest.raises(ThrottledError):
                    api.post(path, {"shape": shape})
        # The second was known from the ledger.
        paths = [path for path, _ in platform.asked]
        assert paths == ["/accounts/1/x", "/accounts/1/x", "/accounts/2/x"]

    def test_hold_for_platforms_that_share_the_quota(self, connection):
        sharing = ScriptedAdapter()
        sharing.spec = type("Spec", (), {"id": "another", "quota_of": "scripted"})
        with scripted(lambda *_: (429, {}, {})) as platform:
            for adapter in (ScriptedAdapter(), sharing):
                with pytest.raises(ThrottledError):
                    open_api(connection, platform.url, adapter=adapter).get("/x")
        assert len(platform.asked) == 1

    def test_that_are_short_are_waited_for(self, connection):
        answers = [(429, {}, {"Retry-After": 7}), (200, {"ok": 1}, {})]
        clock = Clock()
        with scripted(lambda *_: answers.pop(0)) as platform:
            assert open_api(connection, platform.url, clock=clock).get("/x") == {"ok": 1}
        assert 7 <= sum(clock.waits) < 8

    def test_follow_from_what_the_platform_says_of_an_account(self, connection):
        with scripted(lambda *_: (200, {}, {"X-Used": "0.97"})) as platform:
            api = open_api(connection, platform.url)
            api.get("/accounts/1/x")
            with pytest.raises(ThrottledError):
                api.get("/accounts/1/x")
            assert api.get("/accounts/2/x") == {}
        assert len(platform.asked) == 2

    def test_of_the_ledger_come_before_anything_is_sent(self, connection):
        adapter = ScriptedAdapter([Limit(key="app", calls=2, seconds=86_400)])
        with scripted(lambda *_: (200, {}, {})) as platform:
            api = open_api(connection, platform.url, adapter=adapter)
            assert [api.get("/values-reports") for _ in range(2)] == [{}, {}]
            with pytest.raises(ThrottledError):
                api.get("/values-reports")
        assert len(platform.asked) == 2

    @pytest.mark.parametrize(("granted", "calls"), [(None, 2), (3, 3)])
    def test_of_a_day_are_those_that_the_app_is_granted(self, connection, granted, calls):
        adapter = ScriptedAdapter([Limit(key="app", calls=2, seconds=DAY)])
        with scripted(lambda *_: (200, {}, {})) as platform:
            api = open_api(connection, platform.url, adapter=adapter, daily_calls=granted)
            for _ in range(calls):
                api.get("/x")
            with pytest.raises(ThrottledError):
                api.get("/x")
        assert len(platform.asked) == calls


class TestHeaders:
    def test_of_a_request_come_besides_those_of_all(self, connection):
        own = {"X-Login": "7"}
        seen = []

        def answer(_path, token, login):
            seen.append((token, login))
            return 200, [1], {}

        with scripted(answer, heads=("Authorization", "X-Login")) as platform:
            api = open_api(connection, platform.url)
            api.get("/x", headers=own)
            list(api.stream_json("POST", "/x", {}, kind=Any, headers=own))
        assert seen == 2 * [("Bearer token-1", "7")]


class TestRequests:
    def test_are_signed_with_the_token_that_they_carry(self, connection):
        class SigningAdapter(ScriptedAdapter):
            def sign(self, configuration, token):
                return {"proof": f"of-{token}"}

        def answer(path, token):
            return (401, {}, {}) if token == "Bearer token-1" else (200, {}, {})

        with scripted(answer) as platform:
            open_api(connection, platform.url, adapter=SigningAdapter()).get("/x", {"page": 2})
        assert [path for path, _ in platform.asked] == [
            "/x?page=2&proof=of-token-1",
            "/x?page=2&proof=of-token-2",
        ]

    def test_tell_the_adapter_whose_quota_their_answer_is_of(self, connection):
        seen = []

        class AskedAdapter(ScriptedAdapter):
            def read_usage(self, answer, now):
                seen.append(answer.account)
                return ()

        with scripted(lambda *_: (200, {}, {})) as platform:
            api = open_api(connection, platform.url, adapter=AskedAdapter())
            api.get("/accounts/7/x")
            api.get("/me")
        assert seen == ["7", ""]

    def test_of_a_login_and_a_path_leave_all_else_alone(self, connection):
        adapter = ScriptedAdapter(
            [
                Limit(key="login", calls=100, seconds=60),
                Limit(key="login", calls=1, seconds=86_400, path="-reports"),
            ]
        )
        other = make_connection(connection.organization_id, platform="scripted")
        with scripted(lambda *_: (200, {}, {})) as platform:
            first, second = (
                open_api(each, platform.url, adapter=adapter) for each in (connection, other)
            )
            first.get("/a-reports")
            with pytest.raises(ThrottledError) as caught:
                first.get("/b-reports")
            assert first.get("/campaigns") == second.get("/a-reports") == {}
        assert caught.value.key == f"login:{connection.id}-reports"

    def test_that_name_no_quota_close_the_narrowest(self, connection):
        adapter = ScriptedAdapter(
            [
                Limit(key="login", calls=100, seconds=60),
                Limit(key="login", calls=9, seconds=60, path="-reports"),
            ]
        )
        adapter.throttle_key = ""
        answers = [(429, {}, {}), (200, {}, {})]
        with scripted(lambda *_: answers.pop(0)) as platform:
            api = open_api(connection, platform.url, adapter=adapter)
            for _ in range(2):
                with pytest.raises(ThrottledError):
                    api.get("/a-reports")
            assert api.get("/campaigns") == {}


class TestStreams:
    def test_give_elements_and_renew_the_token_too(self, connection):
        def answer(_path, token):
            return (200, [1, 2], {}) if token == "Bearer token-2" else (401, {}, {})

        with scripted(answer) as platform:
            api = open_api(connection, platform.url)
            elements = api.stream_json("POST", "/searchStream", {"query": "q"}, kind=int)
            assert list(elements) == [1, 2]

    def test_that_are_refused_say_so(self, connection):
        with scripted(lambda *_: (400, [{"error": {}}], {})) as platform:
            api = open_api(connection, platform.url)
            with pytest.raises(RequestRefusedError):
                list(api.stream_json("POST", "/searchStream", {}, kind=Any))

    def test_of_lines_carry_no_token_and_say_where_they_are_cut(self, connection):
        with scripted(lambda *_: (200, b'{"id": 1}\n{"id"', {})) as platform:
            lines = open_api(connection, platform.url).stream_lines(platform.url + "/file")
            assert next(lines) == {"id": 1}
            with pytest.raises(MalformedError):
                next(lines)
        assert platform.asked == [("/file", "")]


class TestAnswers:
    def test_are_kept_without_secrets_and_persons_and_cut(self, connection):
        body = {
            "access_token": "s3cret",
            "email": "ann@example.com",
            "text": "of ann@example.com",
            "next": "https://x.example/?access_token=s3cret&after=2",
            "error": {"code": 190},
            "long": "x" * 20_000,
        }
        with scripted(lambda *_: (200, body, {})) as platform:
            open_api(connection, platform.url).get("/x", {"access_token": "s3cret"})
        kept = RawAnswer.objects.get()
        assert (kept.path, kept.status, kept.is_cut) == ("/x", 200, True)
        assert "s3cret" not in kept.body
        assert "ann@" not in kept.body
        assert '"code":190' in kept.body
        assert "after=2" in kept.body

    def test_are_forgotten_after_thirty_days(self, connection):
        with scripted(lambda *_: (200, {}, {})) as platform:
            open_api(connection, platform.url).get("/x")
        at = RawAnswer.objects.get().at
        assert forget_answers(at + KEPT) == 0
        assert forget_answers(at + KEPT + timedelta(seconds=1)) == 1
