"""Bodies, parameters and paths that no schema describes, sent to every operation: no 5xx."""

import itertools
import json
import re

import requests

DEEP, WIDE = 950, 20_000
_PARAMETER = re.compile(r"\{\w+\}")
_HALF, _NULL = "\\ud800", "\\u0000"
#: Parts of a path or a query: a null character, half a surrogate pair, no UTF-8, a long number.
TEXTS = ("%00", "%ED%A0%80", "%FF", "9" * 400)
#: Values of a field, as JSON.
VALUES = (
    f'"{_HALF}"',
    f'"a{_NULL}"',
    f'{{"{_HALF}": "{_NULL}"}}',
    "1e400",
    "9" * 400,
    str(2**64),
    "NaN",
    "[" * DEEP + "]" * DEEP,
    "[" + ",".join(["{}"] * WIDE) + "]",
    json.dumps("x" * WIDE),
    '"0001-01-01"',
    '"9999-12-31T23:59:59-12:00"',
)
BODIES = (
    b"",
    b"[" * 60_000,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b'{"\xff": 1}',
    json.dumps({f"field{number}": number for number in range(4000)}).encode(),
    json.dumps({"a": "é"}).encode("utf-16"),
    b"x" * 3_000_000,
)
FORM = "multipart/form-data; boundary=x"
FORMS = (
    b"--x",
    b'--x\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n{}\r\n' * 5000 + b"--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name*=none''file; filename*=none''f\r\n\r\na\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00"\r\n\r\na\r\n--x--\r\n',
)


class Owner(requests.Session):
    """An owner who comes from another address each time, and signs in again when signed out."""

    def __init__(self, base, credentials):
        super().__init__()
        self._base, self._credentials = base, credentials
        self._addresses = (f"172.16.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))

    def send_to(self, method, path, **sent):
        """The answer to a request."""
        self.headers["X-Forwarded-For"] = next(self._addresses)
        return self.request(method, self._base + path, timeout=60, **sent)

    def sign_in(self):
        """Begin a session, unless there is one."""
        if self.send_to("GET", "/api/auth/me").status_code == 401:
            answer = self.send_to("POST", "/api/auth/login", json=self._credentials)
            answer.raise_for_status()
            self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def find_failures(base, credentials):
    """Send them to every operation of a running slice; gives those that are answered with a 5xx."""
    document = requests.get(f"{base}/api/schema/", params={"hosted": "true"}, timeout=30).json()
    with Owner(base, credentials) as owner:
        for path, item in document["paths"].items():
            for method, operation in item.items():
                owner.sign_in()
                for target, kind, body in requests_of(document, path, operation):
                    headers = {"Content-Type": kind}
                    answer = owner.send_to(method, target, data=body, headers=headers)
                    if answer.status_code >= 500:
                        yield f"{method} {target[:80]} {kind} {str(body)[:60]}: {answer.text[:200]}"


def requests_of(document, path, operation):
    """Path, content type and body of what is sent; every other body goes in chunks."""
    usual = _PARAMETER.sub("019ab5c2-7d3e-7c41-9f0a-5b1c2d3e4f50", path)
    for text in TEXTS:
        names = [each["name"] for each in operation.get("parameters", ())]
        query = "&".join(f"{name}={text}" for name in names)
        yield f"{_PARAMETER.sub(text, path)}?{query}", "application/json", b""
    content = operation.get("requestBody", {}).get("content", {})
    bodies = [*BODIES, *_filled(document, content)] if content else []
    for number, body in enumerate(bodies):
        yield usual, "application/json", in_chunks(body) if number % 2 else body
    if "multipart/form-data" in content:
        for body, is_chunked in itertools.product(FORMS, (False, True)):
            yield usual, FORM, in_chunks(body) if is_chunked else body


def _filled(document, content):
    """Bodies of an operation in which each field has one of the values."""
    for kind in content.values():
        name = kind["schema"].get("$ref", "").rpartition("/")[2]
        fields = document["components"]["schemas"].get(name, {}).get("properties", {})
        for value in VALUES:
            yield "{{{}}}".format(", ".join(f'"{field}": {value}' for field in fields)).encode()


def in_chunks(body, size=16_384):
    """The body as pieces, which are sent without a length."""
    yield from (body[start : start + size] for start in range(0, len(body), size))
