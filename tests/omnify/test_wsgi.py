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
        return environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR")

    return call


class TestClientAddress:
    @pytest.mark.parametrize(
        ("peer", "header", "expected"),
        [
            ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
            ("10.0.0.1", "192.0.2.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
            ("10.0.0.1", "192.0.2.1, nonsense", "10.0.0.1"),
            ("192.0.2.9", "192.0.2.7", "192.0.2.9"),
            # Over a Unix socket.
            ("", "192.0.2.1, 192.0.2.7", "192.0.2.7"),
        ],
    )
    def test_is_the_last_that_no_trusted_gateway_has(self, ask, settings, peer, header, expected):
        settings.TRUSTED_PROXIES = ("10.0.0.0/8",)

        assert ask(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=header) == (expected, None)

    def test_is_the_connections_own_while_nobody_is_trusted(self, ask, settings):
        settings.TRUSTED_PROXIES = ()

        assert ask(HTTP_X_FORWARDED_FOR="192.0.2.7") == ("10.0.0.1", None)

    def test_is_the_connections_own_when_the_gateway_says_nothing(self, ask, settings):
        settings.TRUSTED_PROXIES = ("10.0.0.0/8",)

        assert ask() == ("10.0.0.1", None)
