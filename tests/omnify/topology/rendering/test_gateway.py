"""The rendered nginx loses no request, repeats none that was executed, and is flipped by files."""

import contextlib
import json
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests

from omnify.services.registry import manifests
from omnify.topology.rendering.gateway import flag_names
from tests.needs import needs

pytestmark = needs("nginx")
PATH = "/api/integrations/connections"
UPLOAD = "/api/integrations/csv/import"
KEYED = {"Idempotency-Key": "one-key", "Authorization": "Bearer token"}


def ask(gateway, method, path=PATH, **options):
    return requests.request(method, gateway.url + path, timeout=10, **options)


def asked(*instances):
    return sum(len(instance.seen) for instance in instances)


class TestRepeatedRequest:
    @pytest.mark.parametrize(
        ("method", "headers"), [("GET", {}), ("POST", KEYED), ("DELETE", KEYED), ("PATCH", KEYED)]
    )
    def test_goes_to_another_instance_when_one_breaks_off(
        self, gateway, old_one, old_two, method, headers
    ):
        old_one.behaviour = "break"

        answers = [ask(gateway, method, headers=headers) for _ in range(4)]

        assert [answer.text for answer in answers] == 4 * ["old two"]
        assert old_one.seen

    @pytest.mark.parametrize(
        ("method", "headers"),
        [
            *((method, {}) for method in ("POST", "PUT", "DELETE", "PATCH")),
            ("POST", {"Idempotency-Key": "x|1|key-of-nobody"}),
            ("POST", {"Authorization": "Bearer token|1|x"}),
        ],
    )
    def test_is_not_made_of_a_write_that_may_have_been_executed(
        self, gateway, old_one, old_two, method, headers
    ):
        old_one.behaviour = old_two.behaviour = "break"

        answer = ask(gateway, method, data=b"once", headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (504, "outcome_unknown")
        assert asked(old_one, old_two) == 1

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_is_made_of_any_that_was_not_executed(self, gateway, old_one, old_two, method):
        old_one.behaviour = 502

        answers = [ask(gateway, method, data=b"once") for _ in range(4)]

        assert [answer.text for answer in answers] == 4 * ["old two"]
        assert all(seen[3] == b"once" for seen in old_two.seen)
        assert len(old_two.seen) == 4

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
    def test_is_made_of_any_that_reached_nobody(self, gateway, old_one, old_two, method):
        old_one.stop()

        answers = [ask(gateway, method, data=b"once") for _ in range(6)]

        assert [answer.text for answer in answers] == 6 * ["old two"]

    @pytest.mark.parametrize(("method", "headers"), [("GET", {}), ("POST", {}), ("POST", KEYED)])
    def test_ends_when_nobody_is_there(self, gateway, old_one, old_two, method, headers):
        old_one.behaviour = old_two.behaviour = 502

        answer = ask(gateway, method, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
        assert answer.headers["Retry-After"] == "1"

    @pytest.mark.parametrize("status", [400, 404, 409, 413, 500, 503])
    def test_is_not_made_of_a_refusal(self, gateway, old_one, old_two, status):
        old_one.behaviour = old_two.behaviour = status

        answer = ask(gateway, "POST", headers=KEYED)

        assert (answer.status_code, asked(old_one, old_two)) == (status, 1)
        assert answer.text.startswith("old")


class TestLateAnswer:
    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            (("GET", {}), "deadline_exceeded"),
            (("POST", {}), "outcome_unknown"),
            (("POST", KEYED), "outcome_unknown"),
        ],
    )
    def test_is_told_and_no_other_server_is_asked(
        self, hasty_gateway, old_one, old_two, request_, code
    ):
        old_one.behaviour = old_two.behaviour = "hang"
        method, headers = request_

        answer = ask(hasty_gateway, method, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (504, code)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert asked(old_one, old_two) == 1

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_of_a_call_that_the_slice_made_is_told_as_such(self, gateway, old_one, old_two, method):
        old_one.behaviour = old_two.behaviour = 504

        answer = ask(gateway, method)

        assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
        assert asked(old_one, old_two) == 1

    @pytest.mark.parametrize(("method", "headers"), [("GET", {}), ("POST", {}), ("POST", KEYED)])
    def test_of_a_server_that_takes_no_connection_is_not_waited_for(
        self, gateway, old_one, old_two, method, headers
    ):
        # A queue of one place that is taken: who knocks then is not answered at all.
        host, _, port = old_one.address.partition(":")
        old_one.stop()
        with contextlib.ExitStack() as stack:
            silent = stack.enter_context(socket.create_server((host, int(port)), backlog=0))
            knocking = stack.enter_context(socket.create_connection(silent.getsockname()))
            answers = [ask(gateway, method, headers=headers) for _ in range(3)]
            assert knocking.fileno()

        assert [answer.text for answer in answers] == 3 * ["old two"]


class TestRefusal:
    @pytest.mark.parametrize(
        ("head", "status", "code"),
        [
            ("no request", 400, "malformed_request"),
            (
                f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1100000",
                413,
                "payload_too_large",
            ),
            (f"GET /{'a' * 9000} HTTP/1.1\r\nHost: x", 414, "address_too_long"),
            (f"GET / HTTP/1.1\r\nHost: x\r\nX: {'a' * 9000}", 431, "headers_too_large"),
        ],
    )
    def test_of_the_gateways_own_is_a_problem_too(self, gateway, head, status, code):
        parts = urlsplit(gateway.url)
        with socket.create_connection((parts.hostname, parts.port)) as client:
            client.sendall(f"{head}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: client.recv(65536), b""))

        head, _, body = answer.partition(b"\r\n\r\n")
        assert f" {status} ".encode() in head.partition(b"\r\n")[0]
        assert b"application/problem+json" in head
        assert json.loads(body)["code"] == code

    @pytest.mark.parametrize(("size", "status"), [(70_000_000, 100), (1_100_000_000, 413)])
    def test_of_uploads_comes_later(self, gateway, size, status):
        head = (
            f"POST {UPLOAD} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {size}"
        )
        parts = urlsplit(gateway.url)
        with socket.create_connection((parts.hostname, parts.port)) as client:
            client.sendall(f"{head}\r\n\r\n".encode())
            answer = client.recv(65536).decode()

        assert f" {status} " in answer.partition("\r\n")[0]
        assert (f"has {size} bytes; at most 1025m" in answer) == (status == 413)

    def test_has_no_address_of_its_own(self, gateway):
        assert ask(gateway, "GET", "/_gateway/400").json()["code"] == "not_found"


class TestFlag:
    def test_sends_one_service_elsewhere_without_a_reload(self, gateway, new):
        for flag in flag_names("integrations", "new"):
            (gateway.flags / flag).touch()

        flipped, other = ask(gateway, "POST"), ask(gateway, "GET", "/api/auth/me")
        (gateway.flags / "integrations").unlink()
        back = ask(gateway, "POST")

        assert (flipped.text, other.text[:3], back.text[:3]) == ("new", "old", "old")

    def test_holds_for_a_body_that_began_to_arrive_before(self, gateway, old_one, old_two, new):
        parts = urlsplit(gateway.url)
        with socket.create_connection((parts.hostname, parts.port)) as client:
            head = (
                f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n"
                "Expect: 100-continue\r\n\r\n"
            )
            client.sendall(head.encode())
            # nginx asks for the body when the group is chosen.
            assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(b"on")
            for flag in flag_names("integrations", "new"):
                (gateway.flags / flag).touch()
            old_one.behaviour = old_two.behaviour = 502
            client.sendall(b"ce")
            answer = b"".join(iter(lambda: client.recv(65536), b""))

        assert answer.endswith(b"\r\n\r\nnew")
        assert [seen[3] for seen in old_one.seen + old_two.seen] == 2 * [b"once"]
        assert [seen[3] for seen in new.seen] == [b"once"]


class TestRoutes:
    @pytest.mark.parametrize(
        "path",
        [
            *("/_rpc/auth/whoami", "/metrics", "/admin/", "/nothing", "/api", "/api/authx"),
            *(
                "/app/",
                "//_rpc/auth/x",
                "/api/auth/../../_rpc/auth/x",
                "/static/%2e%2e/_rpc/auth/x",
            ),
        ],
    )
    def test_end_at_the_gateway_where_they_are_no_business_of_outsiders(
        self, gateway, old_one, old_two, path
    ):
        parts = urlsplit(gateway.url)
        with socket.create_connection((parts.hostname, parts.port)) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: client.recv(65536), b""))

        assert b" 404 " in answer.partition(b"\r\n")[0]
        assert asked(old_one, old_two) == 0

    def test_of_every_service_are_passed_on_as_they_came(self, gateway, old_one, old_two):
        paths = [p for m in manifests().values() for p in m.owned_prefixes]

        for path in paths:
            assert ask(gateway, "GET", f"{path}/a%20b?c=d%2Fe").ok

        seen = {path for _, path, *_ in old_one.seen + old_two.seen}
        assert seen == {f"{path}/a%20b?c=d%2Fe" for path in paths}

    def test_of_health_lead_to_the_service_that_is_named(self, gateway, old_one, old_two, new):
        for flag in flag_names("integrations", "new"):
            (gateway.flags / flag).touch()

        asked_for = {
            name: ask(gateway, "GET", f"/health?service={name}").text[:3]
            for name in ("integrations", "auth", "nobody", "../x")
        }

        assert asked_for == {"integrations": "new", "auth": "old", "nobody": "old", "../x": "old"}

    def test_say_who_asks_whatever_the_client_claims(self, gateway, old_one, old_two):
        claims = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https"}

        ask(gateway, "GET", headers=claims)

        [(_, _, headers, _)] = old_one.seen + old_two.seen
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "http"

    def test_are_logged_as_json_with_service_and_status(self, gateway):
        ask(gateway, "GET", headers={"X-Request-ID": "request-one"})

        # The line comes after the answer.
        until = time.monotonic() + 10
        while "request-one" not in gateway.access_log.read_text() and time.monotonic() < until:
            time.sleep(0.02)
        entry = json.loads(gateway.access_log.read_text().splitlines()[-1])
        assert (entry["service"], entry["status"]) == ("integrations", "200")
        assert entry["request_id"] == "request-one"
