"""What a request to a platform may cost and where it may lead, whatever the platform answers."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.integrations.platforms import addresses
from apps.integrations.platforms.http import exchange, open_exchange
from apps.integrations.platforms.refusals import MalformedError, UnreachableError
from tests.apps.integrations.platforms.raw_server import head, serving


def ask(server, **request):
    return exchange("GET", server.url + "/x", allows_loopback=True, **request)


class TestAnswers:
    def test_bring_status_headers_and_body_whatever_the_status(self):
        body = b'{"error": {"code": 4}}'
        with serving(head(body, status="400 Bad Request", X_App_Usage="9")) as server:
            answer = ask(server, parameters={"a": "b c"}, headers={"Authorization": "Bearer t"})
        assert (answer.status, answer.body) == (400, {"error": {"code": 4}})
        assert answer.headers["x-app-usage"] == "9"
        asked = server.asked[0].decode()
        assert asked.startswith("GET /x?a=b+c ")
        assert "Authorization: Bearer t" in asked

    def test_of_a_gateway_bring_its_status(self):
        with serving(head(b"<html>", "text/html", "502 Bad Gateway")) as server:
            answer = ask(server)
        assert (answer.status, answer.body) == (502, None)

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (head(b"<html></html>", "text/html; charset=utf-8"), "text/html"),
            (head(b'{"data": [1, 2'), "cannot be read as JSON"),
            (head('{"name": "Zürich"}'.encode("latin-1")), "cannot be read as JSON"),
            (head(gzip.compress(b"{}" * 9)[:-12], Content_Encoding="gzip"), "JSON"),
            (head(b"no gzip", Content_Encoding="gzip"), "compressed"),
            (head(b"", status="302 Found", Location="http://127.0.0.1:1/"), "not followed"),
        ],
        ids=["html", "cut json", "latin-1", "cut gzip", "no gzip", "redirect"],
    )
    def test_that_are_not_what_they_say_are_refused_in_words(self, answer, words):
        with serving(answer) as server, pytest.raises(MalformedError, match=words):
            ask(server)

    def test_that_break_off_are_none(self):
        cut = head(b'{"data": [1, 2]}')[:-4]
        with serving(cut) as server, pytest.raises(UnreachableError, match="broke off"):
            ask(server)

    def test_are_read_no_further_than_allowed(self):
        with serving(head(b" " * 5000)) as server, pytest.raises(MalformedError, match="1,000"):
            ask(server, max_bytes=1000)

    def test_that_grow_when_unpacked_are_read_no_further_than_allowed(self):
        bomb = gzip.compress(b" " * 50_000_000)
        answer = head(bomb, Content_Encoding="gzip")
        with serving(answer) as server, pytest.raises(MalformedError, match="exceeds"):
            ask(server, max_bytes=1_000_000)

    @pytest.mark.parametrize(
        ("start", "drip"),
        [
            (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n", b" "),
            (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        ],
        ids=["head", "chunks", "one chunk", "no length"],
    )
    def test_that_drip_end_at_the_deadline(self, start, drip):
        caught = pytest.raises(UnreachableError, match=r"within 0\.3 seconds")
        with serving(start, *[drip] * 80, pause=0.05) as server, caught:
            ask(server, seconds=0.3)


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:1/?access_token=secret",
            "http://[::1]:1/",
            "http://10.0.0.8/",
            "http://169.254.169.254/latest/meta-data",
            "http://[::ffff:192.168.0.1]/",
            "http://[fd00::1]/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://224.0.0.1/",
        ],
    )
    def test_that_are_not_public_are_never_asked(self, url):
        with pytest.raises(UnreachableError, match="not a public one") as caught:
            exchange("GET", url)
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize(
        "url", ["ftp://a.example/", "file:///etc/passwd", "http://u:p@h/", "x"]
    )
    def test_that_are_not_of_the_web_are_never_asked(self, url):
        with pytest.raises(UnreachableError, match="not a web address"):
            exchange("GET", url)

    def test_of_one_name_are_all_checked(self, monkeypatch):
        found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.1.2.3", 443))]
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: found)
        with pytest.raises(UnreachableError, match="not a public one"):
            exchange("GET", "http://rebinding.example/")

    def test_that_were_checked_are_those_connected_to(self, monkeypatch):
        connected = []

        def connect(address, **_):
            connected.append(address)
            raise ConnectionRefusedError

        found = [(2, 1, 6, "", ("93.184.216.34", 80))]
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: found)
        monkeypatch.setattr(addresses.socket, "create_connection", connect)
        with pytest.raises(UnreachableError, match="did not answer"):
            exchange("GET", "http://platform.example/")
        assert connected == [("93.184.216.34", 80)]

    def test_of_an_operators_setting_may_be_loopback_alone(self):
        with pytest.raises(UnreachableError, match="not a public one"):
            exchange("GET", "http://192.168.0.1/", allows_loopback=True)


class TestConnections:
    def test_are_used_again_and_keep_no_cookies(self):
        seen = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                seen.append((self.client_address[1], self.headers.get("Cookie")))
                self.send_response(200)
                self.send_header("Set-Cookie", "a=b")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            for _ in range(3):
                exchange("GET", f"http://127.0.0.1:{server.server_port}/", allows_loopback=True)
            server.shutdown()
        assert len({port for port, _ in seen}) == 1
        assert {cookie for _, cookie in seen} == {None}

    def test_give_a_body_while_it_arrives(self):
        start = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        with (
            serving(start + b"[1,", b"2]", pause=0.05) as server,
            open_exchange("GET", server.url, allows_loopback=True) as arriving,
        ):
            chunks = list(arriving.read_chunks())
        assert b"".join(chunks) == b"[1,2]"
