"""The application of a slice under observation: every call is written down on both of its sides.

Nothing of production is changed for it but how often jobs are looked for; a planted bug, where one
is asked for, comes in from here as well. Records go to the file that ``LAYOUTS_RECORDS`` names, a
JSON object a line. ``POST /_layouts/forget`` closes the circuit breakers,
``POST /_layouts/forget-keys`` drops the keys that verify tokens.
"""

import json
import os
import time
from functools import partial

import msgspec

from omnify.api import middleware
from omnify.context import use
from omnify.events import publishing
from omnify.exceptions import OmnifyError
from omnify.flags import is_enabled
from omnify.identity.keys import key_set
from omnify.services import client, rpc, transports
from omnify.wsgi import application as production
from tests.layouts import plants

PATH = "/_layouts/"
#: Decided by each callee, so that a transcript shows which decisions reach whom.
FLAG = "layouts.{}"
#: How often jobs are looked for, in seconds: each step of a journey waits for the jobs it caused.
_LOOK_SECONDS = 0.05

# Unbuffered: a line is there before the answer to the call that it is about.
_records = os.open(os.environ["LAYOUTS_RECORDS"], os.O_WRONLY | os.O_APPEND)


def _record(side, context, **facts):
    """Write down one side of a call: who asks, for whom, where in the trace and until when."""
    trace = context.trace
    record = {
        "side": side,
        "at": time.monotonic(),
        "trace": trace.trace_id if trace else "",
        "trace_state": trace.state if trace else "",
        "span": trace.span_id if trace else "",
        "principal": context.principal.pk or context.principal.kind.value,
        "permissions": len(context.principal.permissions),
        "organization": str(context.organization_id or ""),
        "request_id": context.request_id,
        "is_keyed": bool(context.idempotency_key),
        "deadline": context.deadline,
        "flags": dict(context.flags),
        **facts,
    }
    _write(record)


def _write(record):
    os.write(_records, json.dumps(record).encode() + b"\n")


def _observe_requests():
    proceed = middleware.continue_trace

    def observed(header, state=""):
        trace = proceed(header, state)
        entry = {"side": "entry", "trace": trace.trace_id, "span": trace.span_id}
        _write({"at": time.monotonic(), **entry})
        return trace

    middleware.continue_trace = observed


def _observe_caller():
    prepare = client._callee_context

    def observed(present, service, compiled, arguments):
        context = prepare(present, service, compiled, arguments)
        parent = present.trace.span_id if present.trace else ""
        facts = {"parent": parent, "method": f"{service}.{compiled.name}"}
        _record("caller", context, parent_deadline=present.deadline, **facts)
        return context

    client._callee_context = observed


def _observe_callee():
    run = rpc.invoke

    def observed(service, name, context, arguments):
        with use(context):
            is_enabled(FLAG.format(service), service)
        outcome = "ok"
        try:
            return run(service, name, context, arguments)
        except OmnifyError as error:
            outcome = error.code
            raise
        finally:
            _record("callee", context, method=f"{service}.{name}", outcome=outcome)

    rpc.invoke = transports.invoke = observed


def _observe_publisher():
    encode = publishing.encode_payload

    def observed(event):
        facts = {"topic": event.topic, "payload": msgspec.to_builtins(event)}
        _write({"at": time.monotonic(), "side": "event", "trace": "", "span": "", **facts})
        return encode(event)

    publishing.encode_payload = observed


def _hurry_jobs():
    # Its models can be imported only now that the application has started Django.
    from omnify.jobs import worker

    worker.JobWorker = partial(worker.JobWorker, look_seconds=_LOOK_SECONDS)


def _answer_control(path, start_response):
    if path == PATH + "forget-keys":
        key_set.reset()
    else:
        client.client_of.cache_clear()
    start_response("204 No Content", [("Content-Length", "0")])
    return [b""]


def application(environ, start_response):
    """Production's answer, but for the paths of the observation."""
    path = environ.get("PATH_INFO", "")
    if path.startswith(PATH):
        return _answer_control(path, start_response)
    return production(environ, start_response)


_observe_requests()
_observe_caller()
_observe_callee()
_observe_publisher()
_hurry_jobs()
plants.plant(os.environ.get("LAYOUTS_PLANT", ""))
