"""Builds a slice's settings from the services it hosts and the environment; names no service."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from omnify.services.manifest import SettingFamily
from omnify.services.registry import manifests
from settings.environment.databases import build_databases
from settings.environment.fleet import build_fleet
from settings.environment.framework import build_framework
from settings.environment.installed import build_apps
from settings.environment.mail import build_mail
from settings.environment.process import build_process
from settings.environment.reading import Environment
from settings.environment.security import build_security

#: What reads a variable of each kind.
_READ_AS = {"text": "text", "texts": "names", "url": "url", "day": "day", "amount": "amount"}
BASE_DIR = Path(__file__).resolve().parent.parent


def hosting(
    services: Iterable[str] | None = None,
    *,
    installed: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the Django settings of a process that hosts some services.

    Args:
        services: whose routes, handlers and migrations run here; by default what
            ``OMNIFY_SERVICES`` (or ``DEPLOYMENT_MODE`` with ``SERVICE_NAME``) says, else all.
        installed: services of which only models and operations are loaded.
        environ: the environment; the process's own by default.

    Raises:
        ImproperlyConfigured: the services cannot be determined; every other problem is kept
            in ``STARTUP_PROBLEMS`` and refuses the start with one message.
    """
    env = Environment(os.environ if environ is None else environ)
    debug = env.variable(
        "DEBUG", "A developer's machine: local secrets, tracebacks, any loopback host."
    ).flag(default=False)
    hosted = _in_order(_choose(env, services))
    loaded = _in_order((*hosted, *installed))
    security = build_security(env, base_dir=BASE_DIR, debug=debug)
    process = build_process(env, hosted)
    threads = process["WEB_THREADS"] + process["JOBS_CONCURRENCY"]
    return (
        {"HOSTED_SERVICES": hosted}
        | build_framework(env, base_dir=BASE_DIR, debug=debug)
        | build_apps(loaded)
        | process
        | build_databases(env, hosted, loaded, base_dir=BASE_DIR, threads=threads)
        | security
        | build_mail(env)
        | build_fleet(env, hosted)
        | _declared_settings(env, hosted, debug=debug)
        | {
            "STARTUP_PROBLEMS": tuple(env.problems),
            "ENVIRONMENT_VARIABLES": tuple(env.descriptions.values()),
        }
    )


def _choose(env: Environment, services: Iterable[str] | None) -> tuple[str, ...]:
    """Return the hosted services; all sources that name any have to agree."""
    claims = {"the settings module": tuple(services)} if services is not None else {}
    claims |= _environment_claims(env)
    for source, names in claims.items():
        unknown = sorted(set(names) - set(manifests()))
        if unknown:
            known = ", ".join(manifests())
            raise ImproperlyConfigured(
                f"{source} names unknown services {unknown}; known: {known}."
            )
    if len({frozenset(names) for names in claims.values()}) > 1:
        contradiction = "; ".join(
            f"{source} says {', '.join(names)}" for source, names in claims.items()
        )
        raise ImproperlyConfigured(f"Which services to host is contradictory: {contradiction}.")
    return next(iter(claims.values()), tuple(manifests()))


def _environment_claims(env: Environment) -> dict[str, tuple[str, ...]]:
    listed = env.variable(
        "OMNIFY_SERVICES", "What settings.custom hosts, by comma.", unset="all seven"
    ).names()
    mode = env.variable(
        "DEPLOYMENT_MODE",
        "Older form of OMNIFY_SERVICES: monolith, or microservice with SERVICE_NAME.",
    ).text()
    name = env.variable(
        "SERVICE_NAME", "With DEPLOYMENT_MODE=microservice: the one service."
    ).text()
    claims = {"OMNIFY_SERVICES": listed} if listed else {}
    if mode == "monolith":
        claims["DEPLOYMENT_MODE"] = tuple(manifests())
    elif mode in ("microservice", "microservices"):
        claims["DEPLOYMENT_MODE and SERVICE_NAME"] = (name,)
    elif mode:
        raise ImproperlyConfigured(f"DEPLOYMENT_MODE={mode}: use monolith or microservice.")
    return claims


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(name for name in manifests() if name in wanted)


def _declared_settings(env: Environment, hosted: tuple[str, ...], *, debug: bool) -> dict[str, Any]:
    """Return the optional settings of the hosted services; a missing required one is a problem."""
    if len(hosted) < len(manifests()) and not env.is_set("OMNIFY_RPC_SECRETS") and not debug:
        env.problems.append(
            "OMNIFY_RPC_SECRETS is missing: services of other slices are called with signed"
            " requests; set one secret for the whole fleet"
        )
    settings: dict[str, Any] = {}
    for service in hosted:
        for name in manifests()[service].required_settings:
            if not env.is_set(name) and not debug:
                env.problems.append(f"{name} is missing: {service} needs it")
        for name, use in manifests()[service].optional_settings.items():
            settings[name] = env.variable(name, use, unset="not configured").text()
        for family in manifests()[service].setting_families:
            settings[family.name] = {
                member: _family_settings(env, family, member) for member in family.members
            }
    return settings


def _family_settings(env: Environment, family: SettingFamily, member: str) -> dict[str, Any]:
    """Return what is set for a member of a family, by the endings of the variables."""
    values = {}
    for each in family.settings:
        name = f"<{family.stands_for}>_{each.ending}"
        stands_for = {family.stands_for.lower(): member}
        variable = env.variable(name, each.use, unset="the platform's own", **stands_for)
        values[each.ending] = getattr(variable, _READ_AS[each.kind])()
    return values
