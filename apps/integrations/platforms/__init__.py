"""The platforms that Omnify knows of."""

from apps.integrations.platforms.catalog import CATALOG, Platform

__all__ = ["CATALOG", "Platform"]
