"""Clients that send nothing, send slowly or read slowly stop nobody."""

import json
import time

import pytest

from omnify.serving import limits
from omnify.serving.connections import Connection
from omnify.serving.limits import Pace
from tests.conftest import wait_until
from tests.omnify.serving.conftest import LARGE

HEAD = b"POST /half HTTP/1.1\r\nHost: localhost\r\n"
HALF_BODY = HEAD + b"Content-Length: 100\r\n\r\n{"
LARGE_ANSWER = b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
BEARER = {"Authorization": "Bearer x"}
ATTACKS = {
    "idle": {},
    "half a head": {"sends": HEAD},
    "half a body": {"sends": HALF_BODY},
    "half a chunk": {"sends": HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"},
    "an answer that is not read": {"sends": LARGE_ANSWER, "reads_slowly": True},
}


class TestSlowClients:
    @pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
    def test_hold_no_thread(self, serve, attack):
        served = serve(threads=1)
        for _ in range(6):
            served.open(**attack)

        assert served.ask()[1] == b"read 0"

    def test_do_not_delay_health_while_all_threads_work(self, serve):
        served = serve(threads=1)
        served.open(sends=b"GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: served.seen)

        assert served.ask("/health/live")[0].status == 200
        assert served.ask("/health/ready")[0].status == 200

    def test_lose_their_connection(self, serve, monkeypatch):
        monkeypatch.setattr(limits, "HEAD_SECONDS", 0)
        client = serve().open()

        assert client.recv(1) == b""

    @pytest.mark.parametrize(
        ("sends", "seconds"),
        [
            (b"", limits.HEAD_SECONDS),
            (HEAD, limits.HEAD_SECONDS),
            (HALF_BODY, limits.BODY_PACE.grace_seconds),
            (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", limits.IDLE_SECONDS),
        ],
    )
    def test_are_overdue_after_a_time(self, serve, sends, seconds):
        served = serve()
        served.open(sends=sends)
        if seconds == limits.IDLE_SECONDS:
            wait_until(lambda: served.connections() and served.connections()[0].has_asked)
        wait_until(served.connections)
        wait_until(lambda: served.connections()[0].is_waiting)
        [connection] = served.connections()

        assert not connection.is_overdue(time.monotonic() + seconds - 5)
        assert connection.is_overdue(time.monotonic() + seconds + 1)

    def test_are_overdue_when_they_do_not_read(self, serve):
        served = serve()
        served.open(sends=LARGE_ANSWER, reads_slowly=True)
        wait_until(lambda: any(each.total_outbufs_len for each in served.connections()))
        [connection] = served.connections()
        now = time.monotonic()

        assert not connection.is_overdue(now)
        assert not connection.is_overdue(now + limits.ANSWER_PACE.grace_seconds - 1)
        assert connection.is_overdue(now + limits.ANSWER_PACE.grace_seconds + 1)

    def test_give_up_their_place_when_there_are_too_many(self, serve, monkeypatch):
        monkeypatch.setattr(limits, "MOST_CONNECTIONS", 3)
        served = serve()
        clients = [served.open() for _ in range(3)]
        wait_until(lambda: len(served.connections()) == 3)

        assert served.ask()[0].status == 200
        assert clients[0].recv(1) == b""

    def test_do_not_take_the_place_of_one_that_has_asked(self, serve, monkeypatch):
        monkeypatch.setattr(limits, "MOST_CONNECTIONS", 2)
        served = serve()
        customer = served.open(sends=b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"read 0" in customer.recv(4096)
        for _ in range(4):
            served.open()
        wait_until(lambda: len(served.connections()) == 2)

        customer.sendall(b"GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert b"read 0" in customer.recv(4096)


class TestPace:
    PACE = Pace(grace_seconds=10, least_bytes_per_second=100, most_seconds=60)

    @pytest.mark.parametrize(
        ("seconds", "count", "is_missed"),
        [(9, 0, False), (11, 0, True), (20, 2000, False), (20, 900, True), (61, 10**9, True)],
    )
    def test_is_missed_by_too_few_bytes(self, seconds, count, is_missed):
        assert self.PACE.is_missed(seconds, count) is is_missed


class TestBodies:
    def test_are_taken_in_chunks(self, serve):
        served = serve()

        served.ask(method="POST", body=iter([b"one", b"two"]), encode_chunked=True)

        assert served.seen == [("/", "6", b"onetwo")]

    @pytest.mark.parametrize(
        "head",
        [
            b"POST / HTTP/1.1\r\nContent-Length: 99999999",
            b"POST /_rpc/auth/x HTTP/1.1\r\nContent-Length: 9",
        ],
        ids=["too large", "of an unsigned call"],
    )
    def test_are_not_received_where_the_head_does_not_permit_it(self, serve, head):
        served = serve()

        client = served.open(sends=head + b"\r\nHost: localhost\r\n\r\n")

        assert b"read 0" in client.recv(4096)
        assert client.recv(1) == b""

    @pytest.mark.parametrize(
        ("head", "line"),
        [
            (b"GET / HTTP/1.1", b"HTTP/1.1 200"),
            (b"POST / HTTP/1.1\r\nContent-Length: 0", b"HTTP/1.1 200"),
            (b"POST / HTTP/1.1\r\nContent-Length: x", b"HTTP/1.1 400"),
        ],
        ids=["none", "an empty one", "one that is refused"],
    )
    def test_are_not_waited_for_where_none_comes(self, serve, head, line):
        client = serve().open(sends=head + b"\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n")

        assert client.recv(12) == line

    def test_that_are_not_received_do_not_cost_the_client_its_answer(self, serve):
        answer, content = serve().ask(method="POST", body=bytes(LARGE))

        assert (answer.status, content) == (200, b"read 0")
        assert answer.headers["Connection"] == "close"

    def test_in_chunks_that_come_to_too_much_are_refused(self, serve, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        served = serve()

        answer, content = served.ask(
            method="POST", body=iter([bytes(600)] * 2), encode_chunked=True, headers=BEARER
        )

        assert answer.status == 413
        assert json.loads(content)["code"] == "payload_too_large"
        assert served.seen == []


class TestRoomForLargeBodies:
    LARGE = bytes(limits.BODY_IN_MEMORY_BYTES * 2)

    @pytest.fixture
    def served(self, serve, monkeypatch):
        """A server with room for one large body, of which somebody has sent almost all."""
        monkeypatch.setattr(limits, "BODIES_IN_FILES_BYTES", len(self.LARGE) * 3 // 2)
        served = serve()
        head = (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
            b"Content-Length: %d\r\n\r\n"
        )
        self.client = served.open(sends=head % len(self.LARGE) + self.LARGE[:-1])
        wait_until(lambda: self.received(served) == len(self.LARGE) - 1)
        return served

    def test_refuses_a_further_one_while_it_is_taken(self, served):
        answer, content = served.ask(method="POST", body=self.LARGE, headers=BEARER)

        assert (answer.status, json.loads(content)["code"]) == (503, "no_room")
        assert answer.headers["Retry-After"] == "5"
        assert served.ask(method="POST", body=b"small")[1] == b"read 5"

    def test_is_free_again_after_the_answer(self, served):
        self.client.sendall(b"x")
        assert b"read %d" % len(self.LARGE) in self.client.recv(4096)

        def is_free():
            return served.ask(method="POST", body=self.LARGE, headers=BEARER)[0].status == 200

        # The thread that answered gives the room back after the answer.
        wait_until(is_free)

    def test_is_free_again_when_the_client_leaves(self, served):
        self.client.close()
        wait_until(lambda: not served.connections())

        assert served.ask(method="POST", body=self.LARGE, headers=BEARER)[0].status == 200

    def received(self, served):
        requests = [each.request for each in served.connections()]
        return sum(request.body_bytes_received for request in requests if request)


class TestHeads:
    @pytest.mark.parametrize(
        ("head", "status", "code"),
        [
            (b"nonsense\r\n\r\n", 400, "malformed_request"),
            (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "malformed_request"),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "malformed_request"),
            (
                b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
                400,
                "malformed_request",
            ),
            (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000, 431, "headers_too_large"),
        ],
    )
    def test_that_cannot_be_read_are_refused_by_a_problem(self, serve, head, status, code):
        answer = serve().open(sends=head).makefile("rb").read()

        head, _, content = answer.partition(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 %d " % status, b"HTTP/1.0 %d " % status))
        assert b"application/problem+json" in head
        assert json.loads(content)["code"] == code


class TestAnswers:
    @pytest.fixture
    def sent(self, monkeypatch):
        """What each write of a server to a socket held."""
        writes, send = [], Connection.send

        def recorded(connection, data, **options):
            writes.append(bytes(data))
            return send(connection, data, **options)

        monkeypatch.setattr(Connection, "send", recorded)
        return writes

    def test_leave_whole(self, serve, sent):
        serve().ask()

        [write] = sent
        assert write.endswith(b"\r\n\r\nread 0")

    def test_begin_with_a_part_of_their_body(self, serve, sent):
        _, content = serve().ask("/large")

        assert content == b"x" * LARGE
        assert sent[0].endswith(b"x")

    @pytest.mark.parametrize("path", ["/", "/parts", "/file"])
    def test_to_head_have_no_body(self, serve, path):
        served = serve()
        client = served.open(sends=b"HEAD %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode())
        head = client.recv(4096)
        if b"close" not in head:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

        rest = client.makefile("rb").read()

        assert head.endswith(b"\r\n\r\n")
        assert rest == b"" or rest.startswith(b"HTTP/1.1 200 OK")

    def test_of_unknown_length_come_in_chunks(self, serve):
        assert serve().ask("/parts")[1] == b"onetwo"

    def test_send_files(self, serve):
        assert serve().ask("/file")[1] == b"a file"

    def test_of_what_was_not_executed_end_the_connection(self, serve):
        answer, _ = serve().ask("/draining")

        assert answer.status == 502
        assert answer.headers["Connection"] == "close"
