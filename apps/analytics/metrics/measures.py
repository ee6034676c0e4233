"""The measures: additive ones, and ratios of their sums."""

from __future__ import annotations

from typing import Final

import msgspec

from apps.integrations import contract as integrations

CURRENCY, COUNT, RATIO = integrations.CURRENCY, integrations.COUNT, "ratio"


class Additive(msgspec.Struct, frozen=True):
    """A measure that is stored, in millionths; ``additive_over`` are dimensions that it sums over.

    People are counted once each: reach adds up over nothing.
    """

    name: str
    label: str
    unit: str
    additive_over: tuple[str, ...] = integrations.EVERY_DIMENSION

    @property
    def formula(self) -> str:
        """Return the formula in words."""
        return f"sum of {self.name}" if self.additive_over else f"{self.name} of one cut"


class Ratio(msgspec.Struct, frozen=True):
    """``scale`` times the sum of one measure over that of another; null where that is zero.

    Both sums are over the same facts. A blended one divides sums of different sources, such as the
    shop's revenue and all spend, and rests on the days that know both.
    """

    name: str
    label: str
    unit: str
    numerator: str
    denominator: str
    scale: int = 1
    is_blended: bool = False

    @property
    def formula(self) -> str:
        """Return the formula in words."""
        factor = f"{self.scale} * " if self.scale != 1 else ""
        return f"{factor}{self.numerator} / {self.denominator}"


ADDITIVES: Final = {
    measure.name: Additive(measure.name, measure.label, measure.unit, measure.additive_over)
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
        Ratio("blended_roas", "Blended ROAS", RATIO, "revenue", "spend", is_blended=True),
        Ratio(
            "mer_ratio", "Marketing efficiency ratio", RATIO, "revenue", "spend", is_blended=True
        ),
        Ratio("mer_pct", "Spend as a share of revenue", RATIO, "spend", "revenue", is_blended=True),
        Ratio("frequency", "Frequency", RATIO, "impressions", "reach"),
    )
}
#: Ratios that divide sums of different sources.
BLENDED: Final = tuple(name for name, ratio in RATIOS.items() if ratio.is_blended)
MEASURES: Final[dict[str, Additive | Ratio]] = {**ADDITIVES, **RATIOS}


def components_of(name: str) -> tuple[str, ...]:
    """Return the stored measures that a measure is made of."""
    measure = MEASURES[name]
    return (measure.numerator, measure.denominator) if isinstance(measure, Ratio) else (name,)
