"""The voices in which pages write numbers and days, by language, and the one of this request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

import msgspec

_SPACE: Final = "\N{NO-BREAK SPACE}"
_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_LATIN: Final = "0123456789"
#: Keeps what stands between two numbers, such as a dash, where it is in a line from left to right.
_MARK: Final = "\N{LEFT-TO-RIGHT MARK}"

VoiceName = Literal[
    "", "en", "en-in", "ja", "de", "nl", "es", "de-ch", "fr", "pl", "sv", "ar", "fa"
]


class Voice(msgspec.Struct, frozen=True):
    """How people of a language separate digits, which digits they have, and how they order days.

    ``day`` is a format of ``d`` and ``m`` (two digits each), ``day``, ``month`` (its English name)
    and ``year``. Words stay English, so that only English days have the name of the month.
    """

    group: str = ","
    point: str = "."
    percent: str = "%"
    digits: str = _LATIN
    day: str = f"{{day}}{_SPACE}{{month}}{_SPACE}{{year}}"
    #: Whether digits beyond the last three stand in pairs: 12,34,567.
    has_pairs: bool = False

    def spell(self, text: str) -> str:
        """Return a text of digits in the digits of the voice."""
        if self.digits == _LATIN:
            return text
        return text.translate(str.maketrans(_LATIN, self.digits)) + _MARK


ENGLISH: Final = Voice()
_DOTTED: Final = "{d}.{m}.{year}"
_SLASHED: Final = "{d}/{m}/{year}"
VOICES: Final[dict[str, Voice]] = {
    "en": ENGLISH,
    "en-in": Voice(has_pairs=True),
    "ja": Voice(day="{year}/{m}/{d}"),
    "de": Voice(".", ",", f"{_SPACE}%", day=_DOTTED),
    "nl": Voice(".", ",", day="{d}-{m}-{year}"),
    "es": Voice(".", ",", f"{_SPACE}%", day=_SLASHED),
    "de-ch": Voice("’", ".", day=_DOTTED),
    "fr": Voice(_NARROW, ",", f"{_NARROW}%", day=_SLASHED),
    "pl": Voice(_SPACE, ",", f"{_SPACE}%", day=_DOTTED),
    "sv": Voice(_SPACE, ",", f"{_SPACE}%", day="{year}-{m}-{d}"),
    "ar": Voice("٬", "٫", "٪", "٠١٢٣٤٥٦٧٨٩", _SLASHED),
    "fa": Voice("٬", "٫", "٪", "۰۱۲۳۴۵۶۷۸۹", "{year}/{m}/{d}"),
}
#: Languages and regions that write as another one does.
_LIKE: Final = {
    **dict.fromkeys(("zh", "ko"), "ja"),
    **dict.fromkeys(("it", "pt", "el", "ar-dz", "ar-ly", "ar-ma", "ar-tn"), "es"),
    **dict.fromkeys(("da", "tr"), "de"),
    **dict.fromkeys(("it-ch", "de-li"), "de-ch"),
    **dict.fromkeys(("cs", "sk", "fi", "nb", "nn", "no", "ru", "uk", "bg"), "pl"),
    "hi": "en-in",
}
_current: ContextVar[Voice] = ContextVar("voice", default=ENGLISH)


def find_voice(language: str) -> Voice | None:
    """Return the voice of a language tag such as ``de-AT``, None for one that has none."""
    tag = language.lower()
    for name in (tag, tag.split("-")[0]):
        if found := VOICES.get(_LIKE.get(name, name)):
            return found
    return None


def current_voice() -> Voice:
    """Return the voice of this request, English outside of one."""
    return _current.get()


@contextmanager
def speaking(voice: Voice) -> Iterator[None]:
    """Write numbers and days in a voice from here on."""
    token = _current.set(voice)
    try:
        yield
    finally:
        _current.reset(token)
