"""Walks a journey through a fleet and writes the transcript."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from django.test import override_settings

from omnify import context as ctx
from omnify.context import ANONYMOUS, Context, Principal, Trace
from omnify.exceptions import OmnifyError
from omnify.services.client import build_client
from omnify.services.contract import Contract
from omnify.services.http_transport import HttpTransport
from omnify.services.registry import provider_of
from tests.layouts.asking import Asker, body_of
from tests.layouts.canonical import Canonical
from tests.layouts.fleet import Fleet
from tests.layouts.inside import body_of_error
from tests.layouts.rows import RowCounter, RowReader, events_of, settle
from tests.layouts.transcript import Step, Transcript
from tests.layouts.trees import build_trees

#: Headers that are part of an answer.
HEADERS = ("Content-Type", "WWW-Authenticate", "Retry-After", "Idempotency-Replayed", "Location")
_PATIENCE_SECONDS = 10.0
_ROOT_SPAN = f"{7:016x}"
#: A contract, the name of its method, the arguments.
Call = tuple[Any, ...]


class Visitor(Asker):
    """Someone who asks a fleet step by step, each step under a trace of its own.

    Args:
        fleet: whom to ask.
        expected: a transcript to stop at the first difference from.
    """

    def __init__(self, fleet: Fleet, expected: Transcript | None = None) -> None:
        super().__init__(fleet)
        self._expected = expected
        self._rows = RowCounter(fleet.databases)
        self._canonical = Canonical()
        self._steps: list[Step] = []
        self._records: list[dict[str, Any]] = []

    def get(self, path: str, **options: Any) -> Any:
        """GET as a step; returns the body."""
        return self.step("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Any:
        """POST as a step; returns the body."""
        return self.step("POST", path, json=json, **options)

    def step(
        self,
        method: str,
        path: str,
        *,
        until: int | None = None,
        traceparent: str = "00-{trace}-{span}-01",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Any:
        """Ask, and write down the answer; repeated for a while ``until`` it has a status.

        ``traceparent`` is sent with the step's own trace and span filled in.
        """
        traced = {
            "X-Request-ID": self._request_id(),
            "traceparent": traceparent.format(trace=self._trace_id(), span=_ROOT_SPAN),
            **(headers or {}),
        }
        name = f"{method} {self._canonical.value(path)}"
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while True:
            answer = self.ask(method, path, headers=traced, **options)
            if until in (None, answer.status_code) or time.monotonic() > give_up:
                break
            self.fleet.take_records()
            time.sleep(0.05)
        shown = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
        body = body_of(answer)
        self._keep(name, answer.status_code, shown, body)
        return body

    def call(
        self, contract: type[Contract], name: str, *arguments: Any, principal: Principal = ANONYMOUS
    ) -> None:
        """Call a contract's method as another slice would, as a step."""
        service = contract.service or provider_of(contract.provided_as)
        context = Context(
            principal,
            principal.organization_id,
            self._request_id(),
            Trace(self._trace_id(), _ROOT_SPAN),
            time.monotonic() + 30,
        )
        status, body = 200, None
        with override_settings(SERVICE_URLS={service: (self.fleet.addresses[service],)}):
            client = build_client(contract, service, HttpTransport(service))
            try:
                with ctx.use(context):
                    body = msgspec.to_builtins(getattr(client, name)(*arguments))
            except OmnifyError as error:
                status = error.status
                body = body_of_error(error)
        self._keep(f"call {service}.{name}", status, {}, body)

    def manage(self, service: str, *arguments: str) -> None:
        """Run an operator's command in the slice that hosts a service, as a step."""
        code, said = self.fleet.manage(service, *arguments)
        self._keep(f"manage {' '.join(arguments)}", code, {}, said)

    def finish(self) -> Transcript:
        """The transcript, when the last event is handled."""
        self.close()
        events = [
            {**event, "id": "", "created_at": "", "done_at": ""}
            for event in events_of(self.fleet.databases)
        ]
        shown = [self._canonical.value(event, learns=False) for event in events]
        return Transcript(
            self._steps,
            sorted(shown, key=repr),
            RowReader(self.fleet.databases, self._canonical).read(),
        )

    def _keep(self, name: str, status: int, headers: dict[str, str], body: Any) -> None:
        settle(self.fleet.databases)
        self._records += self.fleet.take_records()
        rows = self._rows.count()
        shown = self._canonical.value(body)
        trees = build_trees(self._records, trace=self._trace_id())
        published = [
            {"topic": record["topic"], "payload": record["payload"]}
            for record in self._records
            if record["side"] == "event"
        ]
        self._records.clear()
        calls, events = (self._canonical.value(v, learns=False) for v in (trees, published))
        self._steps.append(Step(name, status, headers, shown, calls, rows, events))
        index = len(self._steps) - 1
        if self._expected and self._expected.steps[index] != self._steps[index]:
            raise DifferentStepError

    def _trace_id(self) -> str:
        return f"{len(self._steps) + 1:032x}"

    def _request_id(self) -> str:
        return f"journey-{len(self._steps) + 1:03}"


class DifferentStepError(Exception):
    """A step was not as expected: going on would show the same difference again and again."""


def record(
    fleet: Fleet, walk: Callable[[Visitor], None], expected: Transcript | None = None
) -> Transcript:
    """The transcript of a walk through a fleet, up to the first step that is not as expected."""
    visitor = Visitor(fleet, expected)
    with suppress(DifferentStepError):
        walk(visitor)
    return visitor.finish()
