"""A constant load of reads and writes through a gateway, and an account of every answer."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

import requests

REGISTRATION = {
    "organization_name": "Proof",
    "first_name": "Ada",
    "last_name": "Byron",
    "password": "correct horse staple",
    "accepted_documents": [
        {"document_type": name, "version": "1"} for name in ("terms", "privacy", "acceptable-use")
    ],
}
_MAPPING = (
    '{"date": "date", "currency": "EUR", "revenue": "revenue",'
    ' "channels": [{"name": "tv", "spend": "tv"}]}'
)
_PAUSE_SECONDS = 0.02
_SHOWN_FAILURES = 5
KINDS = ("read", "keyed write", "unkeyed write")


def register(url: str) -> str:
    """An access token of a new organization's owner."""
    email = f"proof-{secrets.token_hex(4)}@omnify.example"
    answer = requests.post(
        f"{url}/api/auth/register", json={**REGISTRATION, "email": email}, timeout=30
    )
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token


class Load:
    """Clients of three kinds, each on a connection of its own that it keeps open."""

    def __init__(self, url: str, token: str, *, clients: int) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {token}"}
        self._phase = ""
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._asked: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._in_flight: Counter[str] = Counter()
        self._failures: list[tuple[str, str, str]] = []
        self._slowest: defaultdict[str, float] = defaultdict(float)
        #: Path of a list to the ids that were answered as made, and to how many are unknown.
        self._made: defaultdict[str, list[str]] = defaultdict(list)
        self._unknown: Counter[str] = Counter()
        self._threads = [
            threading.Thread(target=self._run, args=(kind,), daemon=True)
            for kind in KINDS
            for _ in range(clients)
        ]

    def begin(self, phase: str) -> None:
        """Count under another name from now on; the first time, start."""
        if not self._asked:
            # A dashboard without a file refuses to be drawn.
            self._phase = "first file"
            with requests.Session() as session:
                session.headers.update(self._headers)
                next(self._numbers)
                self._ask(session, "keyed write", number=0)
        is_first, former = self._phase == "first file", self._phase
        self._phase = phase
        # What is in flight belongs to the former phase, and nothing new happens before it ended.
        while self._in_flight[former]:
            time.sleep(0.01)
        print(f"... {phase}", flush=True)
        if is_first:
            for thread in self._threads:
                thread.start()

    def end(self) -> None:
        """Stop asking, and wait for the last answers."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def report(self, *, allowed_unkeyed: set[str], allowed_writes: Collection[str] = ()) -> int:
        """Print the account; 1 when it does not add up.

        Args:
            allowed_unkeyed: phases in which a write without a key may be lost in flight, as long
                as its client is told that the outcome is unknown.
            allowed_writes: phases in which writes may be refused.
        """
        failed = Counter((phase, kind) for phase, kind, _ in self._failures)
        print(f"{'phase':<36}{'requests':>9}" + "".join(f"{f'failed {k}s':>22}" for k in KINDS))
        for phase, counts in self._asked.items():
            cells = "".join(f"{failed[phase, kind]:>22}" for kind in KINDS)
            print(f"{phase:<36}{counts.total():>9}{cells}")
        slowest = max(self._slowest.items(), key=lambda item: item[1])
        print(f"slowest answer: {slowest[1]:.2f} s, during '{slowest[0]}'")
        for failure in self._failures[:_SHOWN_FAILURES]:
            print("  failed:", *failure, sep=" | ")
        bad = [
            failure
            for failure in self._failures
            if not (failure[0] in allowed_unkeyed and failure[1] == "unkeyed write")
            or "outcome_unknown" not in failure[2]
            if not (failure[0] in allowed_writes and failure[1] != "read")
        ]
        adds_up = self._adds_up()
        return 1 if bad or not adds_up else 0

    def _adds_up(self) -> bool:
        is_right = True
        for path, made in self._made.items():
            stored = Counter(self._stored(path))
            answered = Counter(made)
            lost = sum((answered - stored).values())
            extra = sum((stored - answered).values())
            doubled = sum(count - 1 for count in answered.values())
            unknown = self._unknown[path]
            print(
                f"{path}: {len(made)} answered as made, {stored.total()} stored, {lost} lost,"
                f" {doubled} doubled, {extra} more than answered ({unknown} of unknown outcome)"
            )
            is_right &= not lost and not doubled and extra <= unknown
        return is_right

    def _stored(self, path: str) -> Iterator[str]:
        options: dict[str, str] = {"limit": "200"}
        while True:
            answer = requests.get(
                self._url + path, params=options, headers=self._headers, timeout=30
            ).json()
            # The agents that every organization has are none of ours.
            yield from (r["id"] for r in answer["results"] if "load" in r.get("name", "load"))
            if not answer["next"]:
                return
            options["cursor"] = answer["next"]

    def _run(self, kind: str) -> None:
        with requests.Session() as session:
            session.headers.update(self._headers)
            while not self._stopping.is_set():
                self._ask(session, kind, number=next(self._numbers))
                time.sleep(_PAUSE_SECONDS)

    def _ask(self, session: requests.Session, kind: str, *, number: int) -> None:
        with self._lock:
            phase = self._phase
            self._in_flight[phase] += 1
        if kind == "read":
            path, options = self._read(number)
        else:
            path, options = self._write(number)
        headers = {"Idempotency-Key": f"proof-{number}"} if kind == "keyed write" else {}
        method = "GET" if kind == "read" else "POST"
        started = time.monotonic()
        try:
            answer = session.request(
                method, self._url + path, headers=headers, timeout=60, **options
            )
            reason = _refusal(answer, method)
        except requests.RequestException as error:
            answer, reason = None, f"{type(error).__name__}: {error}"
        self._count(phase, kind, path, answer, reason, time.monotonic() - started)

    def _count(self, phase, kind, path, answer, reason, seconds) -> None:  # type: ignore[no-untyped-def]  # noqa: PLR0917
        with self._lock:
            self._in_flight[phase] -= 1
            self._asked[phase][kind] += 1
            self._slowest[phase] = max(self._slowest[phase], seconds)
            if reason:
                self._failures.append((phase, kind, f"{path} {reason}"))
            if kind == "read":
                return
            listed = "/api/integrations/imports" if "csv" in path else path
            if reason:
                # 503 is the gateway's word that nobody executed it.
                self._unknown[listed] += not reason.startswith("503")
            else:
                body = answer.json()
                self._made[listed].append(body.get("import_id") or body["id"])

    @staticmethod
    def _read(number: int) -> tuple[str, dict[str, object]]:
        paths = (
            "/api/integrations/connections",
            "/api/auth/me",
            "/api/analytics/dashboard/stats",
            "/api/integrations/imports",
        )
        return paths[number % len(paths)], {}

    @staticmethod
    def _write(number: int) -> tuple[str, dict[str, object]]:
        if number % 2:
            body = {"type": "analytics", "name": f"load {number}"}
            return "/api/agentkit/agents", {"json": body}
        # Content of its own: the same file twice would change nothing, and answer so.
        rows = f"date,revenue,tv\n2024-01-01,{number}.5,1\n"
        files = {"file": ("load.csv", rows.encode())}
        return "/api/integrations/csv/import", {"files": files, "data": {"mapping": _MAPPING}}


def _refusal(answer: requests.Response, method: str) -> str:
    """Why an answer is none that was wanted; a file that was taken before counts as doubled."""
    if answer.status_code == (200 if method == "GET" else 201):
        return ""
    return f"{answer.status_code} {answer.text[:200]}"
