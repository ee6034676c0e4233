"""Answers leave in one write."""

import runpy
from types import SimpleNamespace

import gunicorn.http.wsgi
import pytest
from gunicorn.config import Config
from gunicorn.http.wsgi import FileWrapper

from omnify.serving import WholeResponse
from tests.journeys.fleets import ROOT


class Wire:
    """A socket that remembers its writes."""

    def __init__(self):
        self.writes = []

    def sendall(self, data):
        self.writes.append(data)

    def sendfile(self, file, offset, count):
        file.seek(offset)
        self.writes.append(file.read(count))


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def response(wire):
    request = SimpleNamespace(version=(1, 1), method="GET", should_close=lambda: False)
    return WholeResponse(request, wire, Config())


class TestWholeResponse:
    def test_sends_head_and_body_at_once(self, wire, response):
        response.start_response("200 OK", [("Content-Length", "4")])
        response.write(b"body")
        response.close()

        [write] = wire.writes
        head, _, body = write.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert body == b"body"

    def test_sends_a_head_alone_where_there_is_no_body(self, wire, response):
        response.start_response("204 No Content", [])
        response.close()

        [write] = wire.writes
        assert write.startswith(b"HTTP/1.1 204 No Content\r\n")
        assert write.endswith(b"\r\n\r\n")

    def test_frames_a_body_of_unknown_length(self, wire, response):
        response.start_response("200 OK", [])
        response.write(b"one")
        response.write(b"two")
        response.close()

        first, *rest = wire.writes
        assert first.endswith(b"\r\n\r\n3\r\none\r\n")
        assert rest == [b"3\r\ntwo\r\n", b"0\r\n\r\n"]

    def test_sends_the_head_before_a_file(self, wire, response, tmp_path):
        path = tmp_path / "file"
        path.write_bytes(b"file")
        with path.open("rb") as file:
            response.start_response("200 OK", [("Content-Length", "4")])
            response.write_file(FileWrapper(file))
        response.close()

        head, body = wire.writes
        assert head.endswith(b"\r\n\r\n")
        assert body == b"file"


class TestConfiguration:
    def test_makes_servers_answer_so(self, monkeypatch):
        monkeypatch.setattr(gunicorn.http.wsgi, "Response", None)

        runpy.run_path(str(ROOT / "deploy" / "gunicorn.py"))

        assert gunicorn.http.wsgi.Response is WholeResponse
