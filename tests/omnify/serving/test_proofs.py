"""Large bodies are received of those alone who are proven to send them."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from omnify.api.limits import PUBLIC_BODY_BYTES, REFUSAL_KEY
from omnify.exceptions import ServiceUnavailableError, UnauthenticatedError
from omnify.identity.models import Revocation
from omnify.services import signing
from omnify.services.rpc import FORMER_MAX_BODY_BYTES, MAX_BODY_BYTES
from omnify.serving.proofs import find_credentials, find_refusal
from omnify.serving.requests import largest_body
from tests.conftest import wait_until

LARGE = bytes(2 * PUBLIC_BODY_BYTES)
BEARER = {"Authorization": "Bearer x"}
HEAD = b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
UPLOAD = HEAD % (b"/api/integrations/csv/import", 10**9)
EXPECTING = b"Authorization: Bearer x\r\nExpect: 100-continue\r\n\r\n"


def refuse(_credentials):
    return UnauthenticatedError()


class TestLargeBodies:
    @pytest.mark.parametrize(
        "rest",
        [b"", b"Authorization: Basic x\r\n", b"Cookie: omnify-access=x\r\n"],
        ids=["nothing", "another scheme", "a cookie, which the API does not take"],
    )
    def test_are_not_received_of_one_who_proves_nothing(self, serve, rest):
        served = serve()

        client = served.open(sends=UPLOAD + rest + b"\r\n" + LARGE)

        assert b"read 0" in client.recv(4096)
        assert [refusal.code for refusal in served.refusals] == ["unauthenticated"]

    def test_are_not_received_of_one_who_is_not_believed(self, serve):
        served = serve(find_refusal=refuse)

        answer, content = served.ask(method="POST", body=LARGE, headers=BEARER)

        assert (content, answer.headers["Connection"]) == (b"read 0", "close")
        assert [refusal.code for refusal in served.refusals] == ["unauthenticated"]

    def test_are_received_of_one_who_is_believed(self, serve):
        asked = []
        served = serve(find_refusal=asked.append)

        _, content = served.ask(method="POST", body=LARGE, headers=BEARER)

        assert content == b"read %d" % len(LARGE)
        assert (asked, served.refusals) == ([("x",)], [None])

    @pytest.mark.parametrize(
        ("find", "line"), [(lambda _: None, b"HTTP/1.1 100"), (refuse, b"HTTP/1.1 200")]
    )
    def test_are_asked_for_once_their_sender_is_known(self, serve, find, line):
        client = serve(find_refusal=find).open(sends=HEAD % (b"/", len(LARGE)) + EXPECTING)

        assert client.recv(12) == line

    def test_wait_for_the_proof_while_others_are_answered(self, serve):
        may_answer = threading.Event()
        served = serve(find_refusal=lambda _: may_answer.wait(10) and None)
        client = served.open(sends=HEAD % (b"/", len(LARGE)) + EXPECTING)
        wait_until(lambda: any(c.request and c.request.awaits_proof for c in served.connections()))

        assert served.ask()[1] == b"read 0"

        may_answer.set()
        assert client.recv(12) == b"HTTP/1.1 100"
        client.sendall(LARGE)
        wait_until(lambda: ("/", str(len(LARGE)), LARGE) in served.seen)

    @pytest.mark.parametrize("headers", [{}, BEARER])
    def test_in_chunks_are_refused_when_they_come_to_more(self, serve, headers):
        served = serve(find_refusal=refuse)

        answer, content = served.ask(
            method="POST", body=iter([LARGE]), encode_chunked=True, headers=headers
        )

        assert (answer.status, served.seen) == (401, [])
        assert b'"unauthenticated"' in content

    def test_of_anybody_are_taken_while_they_are_small(self, serve):
        # Chunks count with their sizes.
        small, served = LARGE[: PUBLIC_BODY_BYTES - 100], serve(find_refusal=refuse)

        served.ask(method="POST", body=small)
        served.ask(method="POST", body=iter([small]), encode_chunked=True)

        assert served.seen == [("/", str(len(small)), small)] * 2
        assert served.refusals == [None, None]


class TestFindCredentials:
    @pytest.mark.parametrize(
        ("path", "found"), [("/api/x", ("t",)), ("/app/x", ("h", "c")), ("/admin/x", ("h", "c"))]
    )
    def test_takes_what_the_path_takes(self, path, found):
        cookies = "omnify-access=c; a=b; __Host-omnify-access=h"

        assert find_credentials(path, {"AUTHORIZATION": "bearer t", "COOKIE": cookies}) == found


@pytest.mark.django_db
class TestFindRefusal:
    def test_believes_one_of_several_tokens(self, token_of, make_principal):
        assert find_refusal(["nonsense", token_of(make_principal())]) is None

    def test_believes_an_api_key(self, registered):
        answer = registered.post(
            "/api/auth/api-keys", {"name": "x", "permissions": ["analytics:view"]}, format="json"
        )

        assert find_refusal([answer.json()["key"]]) is None

    @pytest.mark.parametrize(
        ("credential", "code"), [("nonsense", "token_invalid"), ("omk_x", "token_invalid")]
    )
    def test_refuses_what_is_nobody_s(self, credential, code):
        assert find_refusal([credential]).code == code

    def test_refuses_an_expired_token(self, token_of, make_principal):
        token = token_of(make_principal(), now=datetime.now(UTC) - timedelta(hours=1))

        assert find_refusal([token]).code == "token_expired"

    def test_refuses_an_ended_session(self, token_of, make_principal):
        principal = make_principal()
        later = datetime.now(UTC) + timedelta(hours=1)
        Revocation.objects.create(session_id=principal.session_id, expires_at=later)

        assert find_refusal([token_of(principal)]).code == "session_ended"


@pytest.mark.django_db
class TestRefusedBodies:
    def send(self, client, path, error):
        return client.post(path, b"", content_type="text/csv", **{REFUSAL_KEY: error})

    @pytest.mark.parametrize("error", [UnauthenticatedError(), ServiceUnavailableError()])
    def test_are_answered_with_the_refusal(self, owner, error):
        answer = self.send(owner, "/api/integrations/csv/import", error)

        assert (answer.status_code, answer.json()["code"]) == (error.status, error.code)

    def test_of_pages_lead_to_the_sign_in(self, api):
        answer = self.send(api, "/app/integrations/", UnauthenticatedError())

        assert answer.status_code == 302
        assert answer["Location"].startswith("/app/auth/renew?next=")


class TestCallsOfTheFormerVersion:
    @pytest.mark.parametrize(
        ("left_out", "limit"),
        [(signing.FORMER_HEADER, MAX_BODY_BYTES), (signing.HEADER, FORMER_MAX_BODY_BYTES)],
    )
    def test_are_received_as_far_as_their_signature_proves(self, left_out, limit):
        path = "/_rpc/sample/double"
        headers = signing.sign(audience="sample", path=path, body=b"")
        del headers[left_out]

        named = {name.upper().replace("-", "_"): text for name, text in headers.items()}

        assert largest_body(path, named) == limit
