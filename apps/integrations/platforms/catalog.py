"""The platforms: what each offers, how it is connected, and whether this deployment can."""

from __future__ import annotations

from typing import Final

from apps.integrations.contract import MEASURES
from apps.integrations.platforms.actions import ACTIONS
from apps.integrations.platforms.configuration import find_missing_settings, is_sample
from apps.integrations.platforms.messages import Platform, WantedScope
from apps.integrations.platforms.registry import find_actor, list_specs
from apps.integrations.platforms.specs import PlatformSpec

_FILE: Final = tuple(measure.channel_field for measure in MEASURES if measure.channel_field)


_FILES: Final = Platform(
    id="csv",
    name="CSV file",
    category="file",
    connects_by="upload",
    offers=_FILE,
    is_available=True,
    is_configured=True,
)


def list_catalog() -> tuple[Platform, ...]:
    """List by id what can be connected: files, and the platforms."""
    found = [_FILES, *(_describe(spec) for spec in list_specs())]
    return tuple(sorted(found, key=lambda each: each.id))


def _describe(spec: PlatformSpec) -> Platform:
    first, *others = spec.connects_by
    missing = find_missing_settings(spec) if first == "oauth" else ()
    scopes = spec.oauth.scopes if spec.oauth else ()
    return Platform(
        id=spec.id,
        name=spec.name,
        category=spec.category,
        connects_by=first,
        offers=(*spec.measures, *spec.also_brings),
        is_available=True,
        role=spec.role,
        connects_also_by=tuple(others),
        scopes=tuple(WantedScope(name=each.name, words=each.words) for each in scopes),
        history_days=spec.history_days,
        is_pushed=bool(spec.webhooks),
        actions=ACTIONS if find_actor(spec.id) else (),
        delay_hours=spec.delay_hours,
        interval_minutes=spec.interval_minutes,
        is_configured=not missing or bool(others),
        missing_settings=missing,
        is_sample=is_sample(spec.id),
    )
