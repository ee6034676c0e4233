"""What the log says of a request."""

import structlog
from django_structlog.signals import bind_extra_request_metadata


class TestRequestLog:
    def test_names_the_address_that_was_decided_on_and_not_what_a_client_wrote(self, client):
        seen = []

        def look(**_):
            seen.append(structlog.contextvars.get_contextvars()["ip"])

        bind_extra_request_metadata.connect(look)
        try:
            client.get(
                "/health/live",
                headers={"x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9"},
                REMOTE_ADDR="192.0.2.7",
            )
        finally:
            bind_extra_request_metadata.disconnect(look)

        assert seen == ["192.0.2.7"]
