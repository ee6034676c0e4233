"""What the headers of exports mean: measures, names, days; and what is none of them."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from apps.integrations.contract import MEASURES
from apps.integrations.imports.reading.known.units import Unit, split_unit
from apps.integrations.imports.reading.known.words import words
from apps.integrations.imports.reading.names import column_name, fold_column

DATE, END, CURRENCY, CHANNEL = "date", "end", "currency", "channel"
ACCOUNT, CAMPAIGN, GROUP, AD = "account", "campaign", "group", "ad"
CONVERSIONS: Final = "conversions"
MEASURE, RATE, FOREIGN, UNKNOWN = "measure", "rate", "foreign", "unknown"
SCALED: Final = "scaled"

_EXACT: Final[dict[str, tuple[str, ...]]] = {
    DATE: (
        *(
            "date",
            "day",
            "week",
            "month",
            "day of date",
            "reporting starts",
            "start date",
            "period",
        ),
        *("datum", "tag", "woche", "monat", "berichtsstart", "gregorian date", "time period"),
        *("date start", "week of", "send time", "send date", "fecha", "día", "data"),
        *("jour", "giorno", "dag", "dia", "date (utc)", "created at", "stat time day"),
        *("kalendertag", "kalenderdatum", "date range", "timestamp", "ds", "day start"),
    ),
    END: ("reporting ends", "end date", "berichtsende", "date end", "week end", "period end"),
    CURRENCY: (
        *("currency", "currency code", "währung", "währungscode", "account currency"),
        *("currency_code", "moneda", "devise", "valuta", "order currency", "presentment currency"),
        *("code de devise", "valutacode", "código de moneda", "codice valuta", "kod waluty"),
        *("código da moeda", "moeda", "valutakod", "waluta", "billing currency"),
    ),
    CHANNEL: (
        *("channel", "kanal", "marketing channel", "media channel", "platform", "network", "media"),
        *("default channel group", "session default channel group", "channel grouping", "source"),
        *("first user default channel group", "default channel grouping", "publisher platform"),
        *("session source", "source / medium", "session source / medium", "medium", "canal"),
        *("session primary channel group", "traffic source", "publisher", "ad platform"),
    ),
    ACCOUNT: ("account", "account name", "kontoname", "konto", "advertiser", "advertiser name"),
    CAMPAIGN: (
        *("campaign", "campaign name", "kampagne", "kampagnenname", "campaña", "campagne"),
        *(
            "campagna",
            "campanha",
            "kampania",
            "kampanje",
            "kampanj",
            "session campaign",
            "campaign group name",
        ),
    ),
    GROUP: (
        *("ad group", "ad group name", "ad set name", "ad set", "adgroup", "anzeigengruppe"),
        *("name der anzeigengruppe", "adset name", "adset"),
    ),
    AD: ("ad name", "ad", "anzeige", "name der anzeige", "anzeigenname", "creative name"),
}
_MEASURES: Final[dict[str, tuple[str, ...]]] = {
    "spend": (
        *(
            "spend",
            "cost",
            "amount spent",
            "spent",
            "total spent",
            "kosten",
            "ausgaben",
            "ad spend",
        ),
        *("ausgegebener betrag", "werbekosten", "costs", "media spend", "media cost", "expense"),
        *("spend in account currency", "amount", "adspend", "coût", "dépenses", "coste", "costo"),
        *("gasto", "importe gastado", "montant dépensé", "spesa", "custo", "uitgaven", "invested"),
        *(
            "advertising cost",
            "ads cost",
            "ad cost",
            "investment",
            "budget spent",
            "kostnad",
            "koszt",
        ),
        *("spend in billing currency", "total cost", "total spend", "werbeausgaben", "mediakosten"),
        *("omkostning", "omkostninger", "kostnader", "kustannukset"),
    ),
    "revenue": (
        *("revenue", "conv. value", "conversion value", "conversions value", "purchase value"),
        *("conv value", "total conversion value", "purchases conversion value", "conv. wert"),
        *("website purchases conversion value", "total revenue", "purchase revenue", "umsatz"),
        *("attributed revenue", "conversion-wert", "conversionwert", "total order value", "sales"),
        *("placed order value", "ecommerce revenue", "item revenue", "purchase roas value"),
        *(
            "umsätze",
            "erlöse",
            "total sales",
            "net sales",
            "net revenue",
            "n. revenue",
            "gross sales",
            "einnahmen",
            "erlös",
            "omzet",
            "ingresos",
        ),
        *("conversiewaarde", "conversionswert", "konversionswert", "conv.-wert", "valore conv."),
        *("valeur de conv.", "valor de conv.", "valor conv.", "conversiewaarde (actueel)"),
        *("total conv. value", "chiffre d'affaires", "ricavi", "receita", "order value"),
        *("conversion-wert für käufe", "kaufwert", "transaction revenue", "product revenue"),
        *("gesamtumsatz", "nettoumsatz", "bruttoumsatz", "n. umsatz"),
    ),
    "impressions": (
        *("impressions", "impr.", "impr", "impressionen", "impresiones", "impressioni", "imps"),
        *(
            "impressões",
            "vertoningen",
            "visningar",
            "visninger",
            "wyświetlenia",
            "paid impressions",
        ),
        *("eksp.", "eksponeringer", "visn.", "näyttökerrat"),
    ),
    "clicks": (
        *("clicks", "klicks", "clics", "clic", "cliques", "klikken", "klick", "kliks", "klik"),
        *("klikk", "kliknięcia"),
        *("paid clicks", "pin clicks"),
    ),
    "conversions": (
        *("conversions", "conv.", "conv", "conversionen", "konversionen", "conversiones"),
        *(
            "conversioni",
            "conversões",
            "conversies",
            "konwersje",
            "key events",
            "total conversions",
        ),
        *("all conv.", "all conversions", "konverteringar", "konverteringer", "konv."),
    ),
    "reach": ("reach", "reichweite", "alcance", "couverture", "copertura", "bereik", "räckvidd"),
}
#: Words that say which kind of a measure is meant. None of them is a channel.
_QUALIFIERS: Final = words(
    """
    all link links viral outbound inbound total unique view-through view through click-through
    cross-device paid organic net gross new returning in-app on-facebook website landing page post
    estimated est. est average active qualified primary secondary other follower company leadform
    lead form ad ads external internal valid invalid first last daily weekly monthly lifetime swipe
    thumbstop engaged full completed reported claimed assisted direct last-click own netto brutto
    viewable measurable eligible lost top absolute purchase purchases checkout leads signup signups
    in local currency billing converted number count anzahl day days click
    """
)
#: Words that make an amount of conversions: what they are worth.
_VALUES: Final = words(
    """
    value values wert valeur valeurs valor valores valore waarde värde værdi verdi wartość hodnota
    érték arvo değer değeri
    """
)
#: What a revenue holds, or does not.
_PARTS: Final = words(
    """
    incl incl. excl excl. including excluding inc ex with without before after vat tax taxes gst
    mwst mwst. inkl inkl. exkl exkl. ohne mit zzgl refunds returns discounts shipping
    """
)
#: Words that say which kind of revenue is meant: the shop's, or what a platform claims.
_SHOP_QUALIFIERS: Final = (
    _PARTS
    | _VALUES
    | words(
        """
    de des di da der
    online offline web mobile app store shop order orders product item retail
    """
    )
)
#: Words of another time, of a plan or a comparison.
_NOT_NOW: Final = words(
    """
    previous prior prev comparison compared difference yoy mom wow ytd mtd planned forecast
    forecasted predicted projected budgeted cumulative vorjahr vorperiode veränderung differenz
    geplant kumuliert précédent précédente anterior change
    """
)
#: Kinds that are a whole again, cut in another way.
_WHOLES: Final = _PARTS | words(
    "all total overall sum net gross netto brutto shop store order orders"
)
_LAST_YEAR: Final = words("last year")
#: Kinds of a measure that its sums must not hold, or that do not add up.
_NEVER: Final = _NOT_NOW | words(
    """
    viral unique view-through view through cross-device estimated est est. invalid follower organic
    """
)
#: Words that make an amount a count of what it is of.
_COUNTED: Final = words(
    """
    number count quantity qty units volume anzahl menge stück stückzahl aantal nombre cantidad
    """
)
#: Words of costs that are not those of advertising.
_NOT_ADVERTISING: Final = words(
    """
    goods sold cogs shipping delivery tax taxes fee fees refund refunds refunded production product
    labor labour payroll rent material materials handling transaction discount discounts
    """
)
_RATES: Final = re.compile(
    r"\bavg\b|\baverage\b|ø|\bdurchschn|\bmittl|\bcp[acmvlio]s?\b|\becp[mc]\b|\bctr\b|\bcvr\b|\broas\b|"
    r"\brate\b|\bratio\b|\bshare\b|\bfrequency\b|\bhäufigkeit\b|\bper\b|\bpro\b|/|%|\bquote\b|"
    r"\brank\b|\bposition\b|\bscore\b|\bmedian\b|\bmean\b|\bindex\b|\bkosten pro\b|\bpercent|"
    r"\bbudget\b|\bbid\b|\bgebot\b|\btarget\b|\bgoal\b|\bbid\b|\bprice\b|\bvtr\b|\broi\b|\baov\b|"
    r"\bmoy|\bmoyenne?\b|\bm[eé]di[oa]\b|\bpromedio\b|\bgem\b|\bgemiddeld|\bgenomsnitt|\bśr|"
    r"\bp[ao]r\b|\btaux\b|\btasa\b|\btasso\b|\btaxa\b|\bpreis\b|\bprix\b|\bprecio\b|\btkp\b",
    re.IGNORECASE,
)
_CURRENCY_NAME: Final = re.compile(
    r"currenc|währung|devise|moned|moeda|valut|walut|monnaie|měna|pénznem|para birimi|валют"
)
_FOREIGN: Final = re.compile(
    r"competitor|wettbewerb|market share|industry|benchmark", re.IGNORECASE
)
#: How long after an ad what it brought was counted; of others a sum of several days, or a year.
_WINDOW: Final = re.compile(r"(?:p[cv])?\d{1,3}d?|(?:19|20)\d\d")
_ATTRIBUTED: Final = frozenset(["revenue", "conversions"])
_FILLERS: Final = frozenset(["the", "of", "for", "metrics", "metrics."])
#: A unit that is not the measure's own: "in thousands", "k€", "cents", "micros".
_SCALED: Final = re.compile(
    r"\b(?:thousands?|millions?|cents?|micros?|tsd|tausend|mio|mln|millionen|milliers|lakhs?|crores?)"
    r"\b|\bin (?:k|m|1[.,]?000s?)\b|\(['\u2019]?000s?\)|\(k\)|\b[kmt](?:[€$£]|eur\b|usd\b|gbp\b)"
    r"|[€$£]\s?[km]\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\s_\-\u2013\u2014:|/.,]+\.?")
_ROBYN: Final = {"S": "spend", "I": "impressions", "P": ""}
_ROBYN_COLUMN = re.compile(r"(?P<name>.+)_(?P<kind>[SIP])")


class Meaning(msgspec.Struct, frozen=True):
    """What a header means.

    Attributes:
        role: a constant of this module.
        measure: the mapping's field for it, if it is a measure.
        channel: whose measure it is, where the header says so.
        kinds: the words that say which kind of the measure it is.
        currencies: the codes that the header's currency may mean; empty without one.
        rank: how plain the name is, the plainest first.
    """

    role: str
    measure: str = ""
    channel: str = ""
    kinds: tuple[str, ...] = ()
    currencies: frozenset[str] = frozenset()
    rank: int = 0

    @property
    def is_never_summed(self) -> bool:
        """Return whether it is a kind that must not stand for the measure itself."""
        return bool(_NEVER.intersection(self.kinds))

    def is_rivalled_by(self, other: Meaning) -> bool:
        """Return whether another column may as well be the measure as this one, plainer one.

        Beside a plain name, parts of the measure are none of its rivals, other wholes are.
        """
        is_plain = self.rank < _OF_A_KIND <= other.rank
        return not is_plain or _WHOLES.issuperset(other.kinds)


_AMOUNTS: Final = frozenset(["spend", "revenue"])
#: Kinds of a measure are less plain than all its names.
_OF_A_KIND: Final = 1000
_ROLES: Final = {
    name: Meaning(role, rank=rank)
    for role, names in _EXACT.items()
    for rank, name in enumerate(names)
}
_PLAIN: Final = {
    # A new measure brings its own words; those that exports have for the others are above.
    **{
        word: Meaning(MEASURE, each.channel_field)
        for each in MEASURES
        if each.channel_field
        for word in each.column_words
    },
} | {
    name: Meaning(MEASURE, measure, rank=rank)
    for measure, names in _MEASURES.items()
    for rank, name in enumerate(names)
}


def meaning_of(header: str) -> Meaning:
    """Return what a header means."""
    folded = fold_column(header)
    known = _ROLES.get(folded) or _PLAIN.get(folded.replace("_", " "))
    found = known if known is not None else _read(header, folded)
    is_scaled = found.role == MEASURE and _SCALED.search(folded.replace("_", " "))
    return Meaning(SCALED) if is_scaled else found


def _read(header: str, folded: str) -> Meaning:
    unit = split_unit(column_name(header))
    base = fold_column(unit.base)
    if base in _ROLES:
        return _ROLES[base]
    if _FOREIGN.search(folded):
        return Meaning(FOREIGN)
    if base in _PLAIN:
        return _with_unit(_PLAIN[base], unit)
    if _RATES.search(folded.replace("_", " ")):
        return Meaning(RATE)
    return _read_words(header, unit) or Meaning(
        CURRENCY if _CURRENCY_NAME.search(folded) else UNKNOWN, rank=_OF_A_KIND
    )


def _with_unit(meaning: Meaning, unit: Unit) -> Meaning:
    """Return the meaning of a measure that has a unit; only amounts have a currency."""
    kinds, rank = meaning.kinds, meaning.rank
    if unit.kind:
        kinds = (*unit.kind.split(), *kinds)
        rank += 0 if unit.kind in _QUALIFIERS else _OF_A_KIND
    currencies = unit.currencies if meaning.measure in _AMOUNTS else frozenset()
    return msgspec.structs.replace(meaning, kinds=kinds, currencies=currencies, rank=rank)


def _read_words(header: str, unit: Unit) -> Meaning | None:
    """Read a measure with words beside it: kinds of it, or the channel that it is of."""
    robyn = _ROBYN_COLUMN.fullmatch(header.strip())
    spelled = _WORDS.findall(robyn["name"] if robyn is not None else unit.base)
    words = [word.casefold() for word in spelled]
    for size in range(min(4, len(words) - 1), 0, -1):
        for rest, own, shown in (
            (words[:-size], words[-size:], spelled[: len(words) - size]),
            (words[size:], words[:size], spelled[size:]),
        ):
            plain = _PLAIN.get(" ".join(own))
            if plain is not None:
                return _with_unit(_qualified(plain.measure, rest, shown), unit)
    if robyn is not None and _ROBYN[robyn["kind"]]:
        return Meaning(MEASURE, _ROBYN[robyn["kind"]], robyn["name"].strip("_ "))
    return None


def _qualified(measure: str, rest: list[str], spelled: list[str]) -> Meaning:
    if measure == "spend" and _NOT_ADVERTISING.intersection(rest):
        return Meaning(UNKNOWN)
    if measure in _AMOUNTS and _COUNTED.intersection(rest):
        return Meaning(UNKNOWN)
    if _NOT_NOW.intersection(rest) or _LAST_YEAR.issubset(rest):
        return Meaning(MEASURE, measure, "", ("previous",), rank=_OF_A_KIND)
    if not _PLAIN.keys().isdisjoint(rest):
        # The cost of conversions may be that of each.
        return Meaning(UNKNOWN)
    if measure == "conversions" and _VALUES.intersection(rest):
        measure = "revenue"
    kinds_known = _QUALIFIERS | _SHOP_QUALIFIERS if measure == "revenue" else _QUALIFIERS
    said = [word for word in rest if word not in _FILLERS]
    known = tuple(word for word in said if word in kinds_known or _WINDOW.fullmatch(word))
    if len(known) == len(said):
        if measure not in _ATTRIBUTED and any(map(_WINDOW.fullmatch, known)):
            known = ("previous",)
        return Meaning(MEASURE, measure, "", known, rank=_OF_A_KIND + len(known))
    name = " ".join(
        word for word in spelled if word.casefold() not in {"ad", "ads", "paid", *_FILLERS}
    )
    return Meaning(MEASURE, measure, name)
