"""The entities that each row of a file of metrics has numbers of: the organization, channels."""

from __future__ import annotations

import msgspec

from apps.integrations.imports.reading.demands import measures_by_field
from apps.integrations.imports.reading.mapping import (
    MetricsMapping,
    OrdersMapping,
)
from apps.integrations.imports.reading.measures import (
    ACCOUNT,
    AD,
    CAMPAIGN,
    CHANNEL,
    CHANNEL_FIELDS,
    DAY_MEASURES,
    NOT_ADDITIVE,
    ORGANIZATION,
)
from apps.integrations.imports.reading.plans import Plan
from omnify.names import fold


class Group(msgspec.Struct, frozen=True):
    """The measures of one entity in a row, and where they are.

    ``channel`` is a wide file's; in a long one it is in a column.
    """

    level: str
    channel: str
    measures: tuple[str, ...]
    positions: tuple[int, ...]

    @property
    def not_additive(self) -> tuple[int, ...]:
        """Return where the measures are that several rows do not add up to."""
        return tuple(at for at, name in enumerate(self.measures) if name in NOT_ADDITIVE)


def groups_of(plan: Plan) -> tuple[Group, ...]:
    """Return the entities that a row has numbers of: the organization, and channels."""
    mapping = plan.mapping
    if not isinstance(mapping, MetricsMapping):
        raise TypeError(f"{type(mapping)} has no metrics")
    positions = plan.demand.positions
    by_field = measures_by_field(mapping)
    own = {field: measure for field, measure in by_field.items() if "." not in field}
    channels: dict[str, tuple[str, dict[str, int]]] = {}
    for number, channel in enumerate(mapping.channels):
        _, found = channels.setdefault(fold(channel.name), (channel.name, {}))
        for field, measure in CHANNEL_FIELDS.items():
            if getattr(channel, field):
                found[measure] = positions[f"channels.{number}.{field}"]
    groups = [
        Group(level_of(mapping), name, tuple(found), tuple(found.values()))
        for name, found in channels.values()
    ]
    if own:
        level = level_of(mapping) if mapping.channel is not None else ORGANIZATION
        at = tuple(positions[field] for field in own)
        groups.insert(0, Group(level, "", tuple(own.values()), at))
    return tuple(groups)


def level_of(mapping: MetricsMapping) -> str:
    """Return the level of channels' numbers: as said, else of the narrowest column of names."""
    if mapping.level is not None:
        return mapping.level
    for level in (AD, CAMPAIGN, ACCOUNT):
        if getattr(mapping, level) is not None:
            return level
    return CHANNEL


def levels_of(plan: Plan) -> dict[str, str]:
    """Return the level at which a file's totals are complete, by measure: the widest it has."""
    if isinstance(plan.mapping, OrdersMapping):
        return dict.fromkeys(DAY_MEASURES, ORGANIZATION)
    if not isinstance(plan.mapping, MetricsMapping):
        return {}
    levels: dict[str, str] = {}
    for group in groups_of(plan):
        for measure in group.measures:
            levels.setdefault(measure, group.level)
    return levels
