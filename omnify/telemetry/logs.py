"""Write structured logs: one JSON object a line, or coloured lines for a developer."""

from __future__ import annotations

from typing import Any

import structlog

from omnify.context import current

Event = structlog.types.EventDict


def add_context(_logger: Any, _name: str, event: Event) -> Event:
    """Add request, trace and organization of the current context to a log line."""
    context = current()
    if context.request_id:
        event.setdefault("request_id", context.request_id)
    if context.trace:
        event.setdefault("trace_id", context.trace.trace_id)
    if context.organization_id:
        event.setdefault("organization_id", str(context.organization_id))
    return event


def keep_one_line(_logger: Any, _name: str, event: Event) -> Event:
    """Log a request once, when it is finished, and a probe of health or metrics only if it fails.

    Raises:
        structlog.DropEvent: for the lines that say nothing more.
    """
    if event.get("event") == "request_started":
        raise structlog.DropEvent
    is_probe = str(event.get("request", "")).startswith(("GET /health", "GET /metrics"))
    if is_probe and event.get("level") == "info":
        raise structlog.DropEvent
    return event


# Without the values of local variables: they may be passwords or tokens.
_tracebacks_without_locals = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
)


def _shared_processors() -> list[structlog.types.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        add_context,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def build_logging(*, level: str, human: bool) -> dict[str, Any]:
    """Configure structlog and return Django's ``LOGGING``."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            keep_one_line,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderers: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if human
        else [_tracebacks_without_locals, structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderers,
                ],
                "foreign_pre_chain": _shared_processors(),
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # The request log of django-structlog says the same, with the context.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        },
    }
