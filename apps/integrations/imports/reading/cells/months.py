"""Names of months in the languages of the exports that we know."""

from __future__ import annotations

from typing import Final

_LANGUAGES: Final = (
    # English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
)
_SHORT: Final = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jän feb mär apr mai jun jul aug sept okt nov dez",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "jan feb mar apr maj jun jul aug sep okt nov dec",
)
#: The number of each month by name, in small letters.
MONTHS: Final = {
    name: number
    for language in (*_LANGUAGES, *_SHORT)
    for number, name in enumerate(language.split(), start=1)
}
