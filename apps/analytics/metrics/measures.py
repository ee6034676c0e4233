"""The measures: additive ones, and ratios of their sums."""

from __future__ import annotations

from typing import Final

import msgspec

from apps.integrations import contract as integrations

CURRENCY, COUNT, RATIO = integrations.CURRENCY, integrations.COUNT, "ratio"


class Additive(msgspec.Struct, frozen=True):
    """A measure that metrics hold, in millionths; its total is a sum."""

    name: str
    label: str
    unit: str

    @property
    def formula(self) -> str:
        """Return the formula in words."""
        return f"sum of {self.name}"


class Ratio(msgspec.Struct, frozen=True):
    """``scale`` times the sum of one measure over that of another; null where that is zero."""

    name: str
    label: str
    unit: str
    numerator: str
    denominator: str
    scale: int = 1

    @property
    def formula(self) -> str:
        """Return the formula in words."""
        factor = f"{self.scale} * " if self.scale != 1 else ""
        return f"{factor}{self.numerator} / {self.denominator}"


ADDITIVES: Final = {
    measure.name: Additive(measure.name, measure.label, measure.unit)
    for measure in integrations.MEASURES
}
RATIOS: Final = {
    measure.name: measure
    for measure in (
        Ratio("ctr", "Click-through rate", RATIO, "clicks", "impressions"),
        Ratio("cvr", "Conversion rate", RATIO, "conversions", "clicks"),
        Ratio("cpc", "Cost per click", CURRENCY, "spend", "clicks"),
        Ratio("cpm", "Cost per 1,000 impressions", CURRENCY, "spend", "impressions", 1000),
        Ratio("cpa", "Cost per conversion", CURRENCY, "spend", "conversions"),
        Ratio("roas", "Platform ROAS", RATIO, "attributed_revenue", "spend"),
        Ratio("blended_roas", "Blended ROAS", RATIO, "revenue", "spend"),
        Ratio("mer_ratio", "Marketing efficiency ratio", RATIO, "revenue", "spend"),
        Ratio("mer_pct", "Spend as a share of revenue", RATIO, "spend", "revenue"),
        Ratio("frequency", "Frequency", RATIO, "impressions", "reach"),
    )
}
MEASURES: Final[dict[str, Additive | Ratio]] = {**ADDITIVES, **RATIOS}
