"""Analysis by fixed rules, without a model: the provider that needs no key."""

from apps.agentkit.rules.findings import Evidence, Finding, analyse
from apps.agentkit.rules.readings import ChannelReading, Readings

__all__ = ["ChannelReading", "Evidence", "Finding", "Readings", "analyse"]
