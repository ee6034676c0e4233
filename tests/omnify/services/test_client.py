"""A call answers alike in process and over HTTP."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from omnify import context as ctx
from omnify.context import Context, Principal, PrincipalKind, new_trace
from omnify.db import atomic
from omnify.exceptions import (
    ContractViolatedError,
    DeadlineExceededError,
    InternalServiceError,
    MethodSwitchedOffError,
    NotFoundError,
    PayloadTooLargeError,
    ServiceUnavailableError,
)
from omnify.flags.decisions import reset_flags
from omnify.flags.models import Flag
from omnify.services.client import (
    MAX_ARGUMENTS_BYTES,
    CallInTransactionError,
    build_client,
)
from omnify.services.http_transport import HttpTransport

pytestmark = pytest.mark.django_db(transaction=True)
ORGANIZATION = UUID(int=7)


class TestCall:
    def test_returns_the_result(self, client):
        assert client.double(21) == 42
        assert client.double(number=4) == 8

    def test_keeps_every_type(self, client, sample):
        note = sample.Note(
            id=UUID(int=1),
            amount=Decimal("12.340"),
            written_at=datetime(2026, 1, 2, tzinfo=UTC),
            tags=("a", "b"),
        )

        answered = client.echo(note)

        assert answered == note
        assert str(answered.amount) == "12.340"

    def test_never_hands_over_the_caller_s_object(self, client, sample):
        note = sample.Note(id=UUID(int=1), amount=Decimal(1))

        assert client.echo(note) is not note

    def test_carries_the_context(self, client):
        trace = new_trace()
        principal = Principal(PrincipalKind.USER, organization_id=ORGANIZATION, role="owner")
        context = Context(principal, ORGANIZATION, "request-1", trace, flags={"x": True})

        with ctx.use(context):
            seen = client.describe_context()

        assert seen[:4] == (str(ORGANIZATION), "owner", "request-1", trace.trace_id)
        assert seen[4] not in ("", trace.span_id)
        assert seen[5] == "x=True"

    def test_does_not_bring_the_callee_s_flags_back(self, client):
        with ctx.use(Context(flags={})) as context:
            client.double(1)

            assert context.flags == {}

    def test_refuses_wrong_arguments(self, client):
        with pytest.raises(ContractViolatedError):
            client.double("one")
        with pytest.raises(ContractViolatedError):
            client.double()

    @pytest.mark.parametrize("value", [2**64, -(2**63) - 1])
    def test_refuses_an_integer_that_the_wire_cannot_carry(self, client, value):
        with pytest.raises(ContractViolatedError):
            client.double(value)

    def test_refuses_half_of_a_surrogate_pair(self, client):
        with pytest.raises(ContractViolatedError):
            client.count_up("\ud800")

    def test_refuses_more_than_a_call_may_carry(self, client):
        with pytest.raises(PayloadTooLargeError) as caught:
            client.count_up(MAX_ARGUMENTS_BYTES * "x")

        assert caught.value.limit_bytes == MAX_ARGUMENTS_BYTES

    def test_refuses_a_wrong_result(self, client):
        with pytest.raises(ContractViolatedError) as caught:
            client.lie()

        assert caught.value.details["method"] == "lie"


class TestErrors:
    def test_arrive_as_their_class_when_declared(self, client, sample):
        with pytest.raises(sample.StaleVersionError) as caught:
            client.fail("declared")

        assert caught.value.version == 7
        assert caught.value.detail == "Version 7 is stale."

    def test_arrive_as_the_floor_s_nearest_class_otherwise(self, client):
        with pytest.raises(NotFoundError) as caught:
            client.fail("undeclared")

        assert type(caught.value) is NotFoundError
        assert (caught.value.code, caught.value.status) == ("secret_row_missing", 410)
        assert caught.value.title == "Gone"
        assert caught.value.row == "r1"

    def test_hide_what_was_unexpected(self, client):
        with (
            ctx.use(Context(request_id="request-9")),
            pytest.raises(InternalServiceError) as caught,
        ):
            client.fail("otherwise")

        assert caught.value.request_id == "request-9"
        assert "secret text" not in str(caught.value.details) + caught.value.detail

    def test_are_internal_when_they_cannot_be_told(self, client):
        with pytest.raises(InternalServiceError) as caught:
            client.fail("too large to tell")

        assert caught.value.code == "internal_error"


class TestDeadline:
    def test_refuses_before_the_call_when_it_is_past(self, client):
        context = Context(deadline=time.monotonic() - 1)

        with ctx.use(context), pytest.raises(DeadlineExceededError):
            client.double(1)

    def test_holds_a_slow_callee_to_the_method_s_time(self, client):
        with pytest.raises(DeadlineExceededError):
            client.wait(60)


class TestKillSwitch:
    def test_stops_one_method(self, client):
        Flag.objects.using("default").create(name="rpc.sample.double")
        reset_flags()
        try:
            with pytest.raises(MethodSwitchedOffError):
                client.double(1)
        finally:
            reset_flags()


class TestKey:
    def test_makes_a_repeated_request_repeat_nothing(self, client):
        with ctx.use(Context(idempotency_key="key-1")):
            first = client.count_up("a")
            again = client.count_up("a")

        assert (first, again) == (1, 1)

    def test_differs_from_call_to_call_without_one(self, client):
        assert [client.count_up("b"), client.count_up("b")] == [1, 2]


class TestTransaction:
    def test_may_not_be_open(self, client):
        with atomic("auth"), pytest.raises(CallInTransactionError):
            client.double(1)


class TestRemoteTransport:
    def test_asks_another_instance_when_one_refuses(self, sample, settings, serve, remote_client):
        dead = "http://127.0.0.1:9"
        settings.SERVICE_URLS = {"sample": (dead, *settings.SERVICE_URLS["sample"])}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        assert [client.double(n) for n in range(4)] == [0, 2, 4, 6]

    def test_asks_another_instance_when_one_drains(self, sample, settings, serve, remote_client):
        def draining(environ, start_response):
            start_response("502 Not Executed", [("Content-Length", "0")])
            return [b""]

        settings.SERVICE_URLS = {"sample": (serve(draining), *settings.SERVICE_URLS["sample"])}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        assert [client.double(n) for n in range(4)] == [0, 2, 4, 6]

    def test_tries_again_after_a_broken_answer(self, sample, settings, serve):
        from omnify.services.rpc import rpc_application

        asked = []

        def flaky(environ, start_response):
            asked.append(environ["PATH_INFO"])
            if len(asked) == 1:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return [b""]
            return rpc_application(environ, start_response)

        settings.SERVICE_URLS = {"sample": (serve(flaky),)}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        assert client.double(3) == 6
        assert len(asked) == 2

    def test_repeats_a_keyed_call_without_a_second_effect(self, sample, settings, serve):
        from omnify.services.rpc import rpc_application

        asked = []

        def loses_the_first_answer(environ, start_response):
            asked.append(1)
            if len(asked) > 1:
                return rpc_application(environ, start_response)
            rpc_application(environ, lambda *_: None)
            start_response("504 Gateway Timeout", [("Content-Length", "0")])
            return [b""]

        settings.SERVICE_URLS = {"sample": (serve(loses_the_first_answer),)}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        assert client.count_up("c") == 1
        assert len(asked) == 2
        assert Flag.objects.using("default").get(name="count.c").percent == 1

    def test_keeps_the_deadline_while_the_answer_trickles(self, sample, settings, serve):
        def trickle(environ, start_response):
            start_response("200 OK", [("Content-Length", "9"), ("Omnify-Answer", "1")])
            for byte in msgspec.msgpack.encode(2**40):
                yield bytes([byte])
                time.sleep(0.1)

        settings.SERVICE_URLS = {"sample": (serve(trickle),)}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        with pytest.raises(DeadlineExceededError):
            client.wait(1)

    def test_waits_longer_for_an_answer_than_for_a_connection(
        self, sample, settings, serve, monkeypatch
    ):
        from omnify.services.rpc import rpc_application

        asked = []

        def slow(environ, start_response):
            asked.append(1)
            time.sleep(0.3)
            return rpc_application(environ, start_response)

        monkeypatch.setattr("omnify.services.http_transport.CONNECT_TIMEOUT_SECONDS", 0.1)
        settings.SERVICE_URLS = {"sample": (serve(slow),)}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        assert client.double(3) == 6
        assert len(asked) == 1

    def test_says_which_service_is_away(self, sample, settings):
        settings.SERVICE_URLS = {"sample": ("http://127.0.0.1:9",)}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))

        with pytest.raises(ServiceUnavailableError) as caught:
            client.double(1)

        assert caught.value.service == "sample"

    def test_gives_up_at_once_while_the_breaker_is_open(self, sample, settings, serve):
        asked = []

        def broken(environ, start_response):
            asked.append(1)
            start_response("500 Internal Server Error", [("Content-Length", "0")])
            return [b""]

        settings.SERVICE_URLS = {"sample": (serve(broken),)}
        client = build_client(sample.Sample, "sample", HttpTransport("sample"))
        for _ in range(3):
            with pytest.raises(ServiceUnavailableError):
                client.double(1)
        before = len(asked)

        with pytest.raises(ServiceUnavailableError):
            client.double(1)

        assert len(asked) == before
