"""Which currencies the signs and codes beside a number may mean."""

from __future__ import annotations

from typing import Final

from omnify.money import CURRENCIES

_DOLLARS: Final = frozenset(
    [
        *("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "ARS", "CLP", "COP", "BBD", "BMD"),
        *("BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD"),
        *("TWD", "XCD", "UYU", "DOP", "CUP", "ZWG", "CVE"),
    ]
)
_SIGNS: Final[dict[str, frozenset[str]]] = {
    "$": _DOLLARS,
    **{
        sign: frozenset(codes.split())
        for sign, codes in {
            "€": "EUR",
            "£": "GBP EGP GIP FKP SHP LBP SYP SDG SSP",
            "¥": "JPY CNY",
            "￥": "JPY CNY",
            "円": "JPY",
            "元": "CNY",
            "₹": "INR",
            "RS": "INR PKR LKR NPR MUR",
            "RS.": "INR PKR LKR NPR MUR",
            "R$": "BRL",
            "US$": "USD",
            "$US": "USD",
            "CA$": "CAD",
            "C$": "CAD",
            "CAD$": "CAD",
            "A$": "AUD",
            "AU$": "AUD",
            "AUD$": "AUD",
            "NZ$": "NZD",
            "HK$": "HKD",
            "S$": "SGD",
            "SG$": "SGD",
            "MX$": "MXN",
            "MEX$": "MXN",
            "NT$": "TWD",
            "ZŁ": "PLN",
            "KČ": "CZK",
            "KR": "SEK NOK DKK ISK",
            "KR.": "SEK NOK DKK ISK",
            "FR": "CHF",
            "FR.": "CHF",
            "SFR": "CHF",
            "SFR.": "CHF",
            "₽": "RUB",
            "РУБ": "RUB",
            "РУБ.": "RUB",
            "₺": "TRY",
            "TL": "TRY",
            "₪": "ILS",
            "₩": "KRW",
            "₫": "VND",
            "฿": "THB",
            "₱": "PHP",
            "₴": "UAH",
            "₦": "NGN",
            "₲": "PYG",
            "₡": "CRC",
            "FT": "HUF",
            "LEI": "RON MDL",
            "ЛВ": "BGN",
            "ЛВ.": "BGN",
            "R": "ZAR",
            "RM": "MYR",
            "RP": "IDR",
            "RP.": "IDR",
            "S/": "PEN",
            "S/.": "PEN",
            "AED": "AED",
            "د.إ": "AED",
        }.items()
    },
}


def find_currencies(text: str) -> frozenset[str] | None:
    """Return the codes that a sign or code may mean; None if it is neither."""
    text = text.upper()
    if text in CURRENCIES:
        return frozenset((text,))
    return _SIGNS.get(text)
