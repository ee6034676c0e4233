"""Who asks is taken from the gateway's word, and from nobody else's."""

import io

import pytest


@pytest.fixture
def ask(db):
    from omnify.wsgi import application

    def call(path="/health/live", **environ):
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "10.0.0.1",
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": "http",
            **environ,
        }
        answer = application(environ, lambda *_: None)
        if hasattr(answer, "close"):
            answer.close()
        return environ["REMOTE_ADDR"]

    return call


class TestClientAddress:
    def test_is_the_last_that_the_gateway_has_seen(self, ask, settings):
        settings.BEHIND_GATEWAY = True

        assert ask(HTTP_X_FORWARDED_FOR="192.0.2.1, 192.0.2.7") == "192.0.2.7"

    def test_is_the_connections_own_without_a_gateway(self, ask, settings):
        settings.BEHIND_GATEWAY = False

        assert ask(HTTP_X_FORWARDED_FOR="192.0.2.7") == "10.0.0.1"

    def test_is_the_connections_own_when_the_gateway_says_nothing(self, ask, settings):
        settings.BEHIND_GATEWAY = True

        assert ask() == "10.0.0.1"
