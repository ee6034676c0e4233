"""Who asks is taken from the gateway's word alone, and no head fails."""

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
        answer = application(environ, lambda status, _: environ.update(status=status))
        if hasattr(answer, "close"):
            answer.close()
        return environ

    return call


def seen(environ):
    """What is left for the application of the client's address."""
    return environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR")


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

        assert seen(ask(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=header)) == (expected, None)

    def test_is_the_connections_own_while_nobody_is_trusted(self, ask, settings):
        settings.TRUSTED_PROXIES = ()

        assert seen(ask(HTTP_X_FORWARDED_FOR="192.0.2.7")) == ("10.0.0.1", None)

    def test_is_the_connections_own_when_the_gateway_says_nothing(self, ask, settings):
        settings.TRUSTED_PROXIES = ("10.0.0.0/8",)

        assert seen(ask()) == ("10.0.0.1", None)


class TestContentType:
    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json; charset*=x''y",
            "multipart/form-data; boundary*=none''a",
            "\xff;=;",
            "",
        ],
    )
    def test_is_anything(self, ask, content_type):
        environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type}

        assert ask("/api/auth/refresh", **environ)["status"][:3] in ("400", "415")
