"""What the HTTP end refuses."""

import io

import msgspec
import pytest
import time_machine

from omnify.context import Context
from omnify.services import signing, wire
from omnify.services.rpc import MAX_BODY_BYTES, rpc_application

PATH = "/_rpc/sample/double"
CALL = wire.encode_call(Context(), msgspec.msgpack.encode({"number": 4}))


@pytest.fixture
def post(sample, transactional_db):
    def send(body=CALL, *, header=None, path=PATH, method="POST", length=None):
        service = path.split("/")[2]
        signed = signing.sign(audience=service, path=path, body=body) if header is None else header
        seen = {}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body) if length is None else length),
            "HTTP_OMNIFY_SIGNATURE": signed,
            "wsgi.input": io.BytesIO(body),
        }

        def start_response(status, headers):
            seen.update(status=int(status.split()[0]), headers=dict(headers))

        [answer] = rpc_application(environ, start_response)
        is_ok = seen["status"] == 200
        seen["answer"] = msgspec.msgpack.decode(answer) if is_ok else wire.decode_error(answer, ())
        return seen

    return send


def code_of(seen):
    return seen["status"], seen["answer"].code


class TestRpc:
    def test_answers_a_signed_call(self, post):
        seen = post()

        assert (seen["status"], seen["answer"]) == (200, 8)
        assert seen["headers"]["Omnify-Answer"] == "1"

    @pytest.mark.parametrize("header", ["", "v1", "v1 1 n s", "v2 1 n s", "v1 x n s", "v1 ² n s"])
    def test_refuses_a_call_without_a_signature(self, post, header):
        assert code_of(post(header=header)) == (401, "invalid_signature")

    def test_refuses_a_changed_body(self, post):
        header = signing.sign(audience="sample", path=PATH, body=b"other")

        assert code_of(post(header=header)) == (401, "invalid_signature")

    def test_refuses_another_method_s_signature(self, post):
        header = signing.sign(audience="sample", path="/_rpc/sample/lie", body=CALL)

        assert code_of(post(header=header)) == (401, "invalid_signature")

    def test_refuses_an_unknown_secret(self, post, settings):
        settings.RPC_SECRETS = ("a-stranger-s-secret",)
        header = signing.sign(audience="sample", path=PATH, body=CALL)
        settings.RPC_SECRETS = ("the-fleet-s-secret",)

        assert code_of(post(header=header)) == (401, "invalid_signature")

    def test_accepts_every_secret_of_the_list(self, post, settings):
        settings.RPC_SECRETS = ("the-old-secret",)
        header = signing.sign(audience="sample", path=PATH, body=CALL)
        settings.RPC_SECRETS = ("the-new-secret", "the-old-secret")

        assert post(header=header)["answer"] == 8

    def test_refuses_a_replay(self, post):
        header = signing.sign(audience="sample", path=PATH, body=CALL)

        assert post(header=header)["status"] == 200
        assert code_of(post(header=header)) == (401, "replayed_call")

    @pytest.mark.parametrize("seconds", [-31, 31])
    def test_refuses_a_call_from_another_time(self, post, seconds):
        with time_machine.travel(1_800_000_000 + seconds, tick=False):
            header = signing.sign(audience="sample", path=PATH, body=CALL)
        with time_machine.travel(1_800_000_000, tick=False):
            assert code_of(post(header=header)) == (401, "stale_call")

    def test_marks_a_refused_signature_as_no_answer(self, post):
        assert "Omnify-Answer" not in post(header="")["headers"]

    def test_refuses_garbage(self, post):
        assert code_of(post(b"\xc1garbage")) == (400, "invalid_input")

    def test_refuses_an_unknown_method(self, post):
        assert code_of(post(path="/_rpc/sample/steal")) == (404, "unknown_method")

    def test_refuses_a_service_that_is_not_here(self, post):
        assert code_of(post(path="/_rpc/elsewhere/double")) == (404, "not_hosted_here")

    def test_refuses_other_http_methods(self, post):
        assert code_of(post(method="GET")) == (405, "method_not_allowed")

    def test_refuses_a_body_over_the_limit_unread(self, post):
        assert code_of(post(length=MAX_BODY_BYTES + 1)) == (413, "payload_too_large")
