"""Refuse to serve with invalid settings or contracts, and name all problems at once."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from omnify.conf import settings
from omnify.services.contract import ContractError
from omnify.services.invocation import implementations
from omnify.services.registry import hosted_services


def find_problems() -> list[str]:
    """List missing or invalid settings and broken contracts, a sentence each."""
    problems = list(settings.STARTUP_PROBLEMS)
    for service in hosted_services():
        try:
            implementations(service)
        except ContractError as error:
            problems.append(f"{service}: {error}")
    return problems


def refuse_unless_valid() -> None:
    """Stop the start of a process that could not work or would not be safe.

    Raises:
        ImproperlyConfigured: with one message that lists every problem.
    """
    problems = find_problems()
    if problems:
        listed = "".join(f"\n  - {problem}" for problem in problems)
        raise ImproperlyConfigured(f"Omnify cannot start:{listed}")


def check_startup(**_: Any) -> list[checks.CheckMessage]:
    """Return the problems as a Django system check, so that every management command names them."""
    return [checks.Error(problem, id="omnify.E001") for problem in find_problems()]
