"""What the mapping of a file calls the measures, from the one list of them."""

from __future__ import annotations

from typing import Final

from apps.integrations.contract import CURRENCY, MEASURES

#: The measure that each field of a channel fills.
CHANNEL_FIELDS: Final = {each.channel_field: each.name for each in MEASURES if each.channel_field}
#: The measure that each field of the organization itself fills.
OWN_FIELDS: Final = {
    each.name: each.name for each in MEASURES if each.channel_field in ("", each.name)
}
#: Every field that holds the column of a measure.
FIELDS: Final = tuple(dict.fromkeys((*OWN_FIELDS, *CHANNEL_FIELDS)))
MAY_BE_NEGATIVE: Final = frozenset(each.name for each in MEASURES if each.may_be_negative)
#: Measures in a currency; the others are counts.
AMOUNTS: Final = frozenset(each.name for each in MEASURES if each.unit == CURRENCY)
#: Measures that several rows do not add up to.
NOT_ADDITIVE: Final = frozenset(each.name for each in MEASURES if not each.additive_over)

#: What the orders of a day come to.
DAY_MEASURES: Final = ("revenue", "orders")

ORGANIZATION, CHANNEL, ACCOUNT, CAMPAIGN, AD = (
    "organization",
    "channel",
    "account",
    "campaign",
    "ad",
)
#: Levels with a column of names, from the widest to the narrowest.
NAMED_LEVELS: Final = (CHANNEL, ACCOUNT, CAMPAIGN, AD)
