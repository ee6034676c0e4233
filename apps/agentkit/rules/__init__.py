"""Analysis by fixed rules, without a model: the provider that needs no key."""

from apps.agentkit.rules.findings import Evidence, Finding, analyse
from apps.agentkit.rules.readings import ALL, ChannelReading, LeftOut, Readings

__all__ = ["ALL", "ChannelReading", "Evidence", "Finding", "LeftOut", "Readings", "analyse"]
