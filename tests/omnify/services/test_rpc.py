"""What the HTTP end refuses."""

import io

import msgspec
import pytest
import time_machine

from omnify import giving_way
from omnify.context import Context
from omnify.services import rpc, signing, wire
from omnify.services.invocation import invoke
from omnify.services.rpc import MAX_BODY_BYTES, rpc_application

PATH = "/_rpc/sample/double"
CALL = wire.encode_call(Context(), msgspec.msgpack.encode({"number": 4}))


#: What version 1 of the signatures sent, byte for byte.
FORMER_BODY = bytes.fromhex(
    "88a97072696e636970616c8aa46b696e64a9616e6f6e796d6f7573a7757365725f6964c0af6f7267616e697a"
    "6174696f6e5f6964c0aa73657373696f6e5f6964c0a4726f6c65a0ab7065726d697373696f6e7390a869735f"
    "7374616666c2a773657276696365a0ae7269676874735f76657273696f6e00b56d7573745f6163636570745f"
    "646f63756d656e7473c2af6f7267616e697a6174696f6e5f6964c0aa726571756573745f6964a0a574726163"
    "65c0b172656d61696e696e675f7365636f6e6473c0af6964656d706f74656e63795f6b6579a0a5666c616773"
    "80a9617267756d656e7473c40981a66e756d62657204"
)
FORMER_SIGNATURE = (
    "v1 1800000000 263d0c7f5d2d1091498c8592 2"
    "06189436c18de0f3e42b31135965a18737b82389297ae2c313c251ec62fed71"
)


@pytest.fixture
def post(sample, transactional_db):
    def send(body=CALL, *, headers=None, path=PATH, method="POST", length=None):
        if headers is None:
            headers = signing.sign(audience=path.split("/")[2], path=path, body=body)
        seen = {}
        read = io.BytesIO(body)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body) if length is None else length),
            "wsgi.input": read,
            **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()},
        }

        def start_response(status, headers):
            seen.update(status=int(status.split()[0]), headers=dict(headers))

        [answer] = rpc_application(environ, start_response)
        is_ok = seen["status"] == 200
        seen["is_body_read"] = read.tell() > 0
        seen["answer"] = msgspec.msgpack.decode(answer) if is_ok else wire.decode_error(answer, ())
        return seen

    return send


@pytest.fixture(params=["both", "present", "former"])
def version(request):
    """Leaves of a call's signatures those that a caller of some version sends."""
    left_out = {"both": "", "present": signing.FORMER_HEADER, "former": signing.HEADER}

    def leave(headers):
        return {name: text for name, text in headers.items() if name != left_out[request.param]}

    return leave


def code_of(seen):
    return seen["status"], seen["answer"].code


class TestRpc:
    def test_answers_a_signed_call(self, post, version):
        seen = post(headers=version(signing.sign(audience="sample", path=PATH, body=CALL)))

        assert (seen["status"], seen["answer"]) == (200, 8)
        assert seen["headers"]["Omnify-Answer"] == "1"

    def test_counts_a_call_as_a_request_under_way(self, post, monkeypatch):
        found = []

        def note(*call):
            found.extend(giving_way._short)
            return invoke(*call)

        monkeypatch.setattr(rpc, "invoke", note)
        post(headers=signing.sign(audience="sample", path=PATH, body=CALL))

        assert len(found) == 1

    @pytest.mark.parametrize(
        "signature", ["", "v2", "v2 1 n b s", "v1 1 n b s", "v2 x n b s", "v2 ² n b s", "v2 1 n s"]
    )
    def test_refuses_an_unsigned_call_before_its_body_is_read(self, post, signature):
        seen = post(headers={signing.HEADER: signature})

        assert code_of(seen) == (401, "invalid_signature")
        assert not seen["is_body_read"]

    @pytest.mark.parametrize("signature", ["v1", "v1 1 n", "v1 x n s", "v1 ² n s", "v2 1 n s"])
    def test_refuses_what_no_former_version_signed(self, post, signature):
        seen = post(headers={signing.FORMER_HEADER: signature})

        assert code_of(seen) == (401, "invalid_signature")
        assert not seen["is_body_read"]

    def test_refuses_a_changed_body(self, post, version):
        headers = version(signing.sign(audience="sample", path=PATH, body=b"other"))

        assert code_of(post(headers=headers)) == (401, "invalid_signature")

    def test_does_not_fall_back_to_the_former_signature(self, post):
        headers = signing.sign(audience="sample", path=PATH, body=CALL)
        headers[signing.HEADER] = headers[signing.HEADER][:-1] + "_"

        assert code_of(post(headers=headers)) == (401, "invalid_signature")

    def test_refuses_another_method_s_signature(self, post, version):
        headers = version(signing.sign(audience="sample", path="/_rpc/sample/lie", body=CALL))

        assert code_of(post(headers=headers)) == (401, "invalid_signature")

    def test_refuses_an_unknown_secret(self, post, version, settings):
        settings.RPC_SECRETS = ("a-stranger-s-secret",)
        headers = version(signing.sign(audience="sample", path=PATH, body=CALL))
        settings.RPC_SECRETS = ("the-fleet-s-secret",)

        assert code_of(post(headers=headers)) == (401, "invalid_signature")

    def test_accepts_every_secret_of_the_list(self, post, settings):
        settings.RPC_SECRETS = ("the-old-secret",)
        headers = signing.sign(audience="sample", path=PATH, body=CALL)
        settings.RPC_SECRETS = ("the-new-secret", "the-old-secret")

        assert post(headers=headers)["answer"] == 8

    def test_refuses_a_replay(self, post):
        headers = signing.sign(audience="sample", path=PATH, body=CALL)

        assert post(headers=headers)["status"] == 200
        assert code_of(post(headers=headers)) == (401, "replayed_call")
        del headers[signing.HEADER]
        assert code_of(post(headers=headers)) == (401, "replayed_call")

    @pytest.mark.parametrize("seconds", [-31, 31])
    def test_refuses_a_call_from_another_time(self, post, version, seconds):
        with time_machine.travel(1_800_000_000 + seconds, tick=False):
            headers = version(signing.sign(audience="sample", path=PATH, body=CALL))
        with time_machine.travel(1_800_000_000, tick=False):
            assert code_of(post(headers=headers)) == (401, "stale_call")

    def test_accepts_what_the_former_version_sent(self, post, settings):
        settings.RPC_SECRETS = ("the-fleet-s-secret",)
        headers = {"Omnify-Signature": FORMER_SIGNATURE}

        with time_machine.travel(1_800_000_000, tick=False):
            assert post(FORMER_BODY, headers=headers)["answer"] == 8

    def test_sends_what_the_former_version_accepts(self, settings, monkeypatch):
        settings.RPC_SECRETS = ("the-fleet-s-secret",)
        nonce = FORMER_SIGNATURE.split(" ")[2]
        monkeypatch.setattr(signing.secrets, "token_hex", lambda _: nonce)

        with time_machine.travel(1_800_000_000, tick=False):
            headers = signing.sign(audience="sample", path=PATH, body=FORMER_BODY)

        assert headers["Omnify-Signature"] == FORMER_SIGNATURE

    def test_marks_a_refused_signature_as_no_answer(self, post):
        assert "Omnify-Answer" not in post(headers={})["headers"]

    def test_refuses_garbage(self, post):
        assert code_of(post(b"\xc1garbage")) == (400, "invalid_input")

    @pytest.mark.parametrize(
        "arguments",
        [
            b"\xc1",
            b"\x81\xa6number\xa1\xff",
            b"\x81\xa1x" + b"\x91" * 100_000,
            msgspec.msgpack.encode({"number": "four"}),
            msgspec.msgpack.encode({}),
        ],
    )
    def test_refuses_arguments_that_are_not_the_contracts(self, post, arguments):
        body = wire.encode_call(Context(), arguments)

        assert code_of(post(body)) == (400, "arguments_invalid")

    @pytest.mark.parametrize(
        "body",
        [
            b"\x81\xaarequest_id\xa1\xff",
            b"\x81\xa1x" + b"\x91" * 100_000,
            CALL.replace(b"\xb1remaining_seconds\xc0", b"\xb1remaining_seconds\xca\x7f\x80\0\0"),
        ],
    )
    def test_refuses_a_context_that_is_none(self, post, body):
        assert code_of(post(body)) == (400, "invalid_input")

    def test_refuses_values_that_no_database_has(self, post):
        arguments = msgspec.msgpack.encode({"how": "out of range"})
        path = "/_rpc/sample/fail"

        answer = post(wire.encode_call(Context(), arguments), path=path)

        assert code_of(answer) == (400, "invalid_input")

    def test_refuses_an_unknown_method(self, post):
        assert code_of(post(path="/_rpc/sample/steal")) == (404, "unknown_method")

    def test_refuses_a_service_that_is_not_here(self, post):
        assert code_of(post(path="/_rpc/elsewhere/double")) == (404, "not_hosted_here")

    def test_refuses_other_http_methods(self, post):
        assert code_of(post(method="GET")) == (405, "method_not_allowed")

    def test_refuses_a_body_over_the_limit_unread(self, post):
        assert code_of(post(length=MAX_BODY_BYTES + 1)) == (413, "payload_too_large")
