"""Random exports: the same numbers, written in any dialect, locale, encoding and shape."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

NO_VALUES = ["", "--", "-", "N/A"]
CHANNELS = ["Google", "Meta Ads", "TV, radio", 'The "wall"', "Zürich\nHbf", "=x"[1:]]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Locale:
    """How numbers and days are written."""

    mark: str
    group: str
    is_indian: bool
    before: str
    after: str
    places: int
    day: str
    is_german: bool

    def write(self, number, places=None):
        """Write a number; None as it is."""
        places = self.places if places is None else places
        whole, _, fraction = f"{number:.{places}f}".partition(".")
        return self._grouped(whole) + (self.mark + fraction if fraction else "")

    def write_amount(self, number):
        """Write an amount of money, with its currency perhaps."""
        return f"{self.before}{self.write(number)}{self.after}"

    def write_day(self, day):
        """Write a day."""
        name = MONTHS[day.month - 1]
        return self.day.format(d=day.day, m=day.month, y=day.year, yy=day.year % 100, name=name)

    def _grouped(self, digits):
        if not self.group or len(digits) <= 3:
            return digits
        head, parts = digits[:-3], [digits[-3:]]
        size = 2 if self.is_indian else 3
        while head:
            parts.insert(0, head[-size:])
            head = head[:-size]
        return self.group.join(parts)


DAYS = [
    *("{y:04}-{m:02}-{d:02}", "{y:04}/{m:02}/{d:02}", "{y:04}{m:02}{d:02}", "{d:02}.{m:02}.{y:04}"),
    *("{d}.{m}.{y:04}", "{d:02}/{m:02}/{y:04}", "{m}/{d}/{y:04}", "{m:02}-{d:02}-{y:04}"),
    *("{d} {name} {y:04}", "{name} {d}, {y:04}", "{d:02}-{name}-{yy:02}", "{d:02}.{m:02}.{yy:02}"),
    *("{y:04}-{m:02}-{d:02} 10:30:00", "{y:04}-{m:02}-{d:02}T23:59:59Z", "{m}/{d}/{yy:02}"),
]


@st.composite
def locales(draw):
    """Draw a locale: its marks differ, and German ones have a comma."""
    mark = draw(st.sampled_from([".", ","]))
    other = "," if mark == "." else "."
    group = draw(st.sampled_from(["", other, " ", "\u00a0", "\u202f", "'", "\u2019"]))
    is_indian = group == "," and draw(st.booleans())
    before, after = draw(
        st.sampled_from(
            [("", ""), ("€", ""), ("€ ", ""), ("", " €"), ("EUR ", ""), ("", "\u00a0EUR")]
        )
    )
    places = draw(st.sampled_from([0, 0, 1, 2, 3, 3, 4]))
    day = draw(st.sampled_from(DAYS))
    is_german = mark == "," and draw(st.booleans())
    return Locale(mark, group, is_indian, before, after, places, day, is_german)


@dataclass
class Dialect:
    """How a table is written into a file."""

    delimiter: str
    quoting: int
    end: str
    encoding: str
    titles: int
    has_blank_lines: bool
    has_trailing_cells: bool
    has_separator_line: bool
    has_total: bool
    spaces: str


@st.composite
def dialects(draw):
    """Draw a dialect."""
    return Dialect(
        delimiter=draw(st.sampled_from(",;\t|")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])),
        titles=draw(st.sampled_from([0, 0, 1, 3])),
        has_blank_lines=draw(st.booleans()),
        has_trailing_cells=draw(st.booleans()),
        has_separator_line=draw(st.sampled_from([False, False, True])),
        has_total=draw(st.booleans()),
        spaces=draw(st.sampled_from(["", "", " "])),
    )


@dataclass
class Export:
    """An export, and what it holds: micros by day, channel and measure."""

    content: bytes
    mapping: dict
    expected: dict
    options: dict
    locale: Locale
    dialect: Dialect
    rows: list = field(repr=False, default_factory=list)


@st.composite
def exports(draw):
    """Draw an export of spend and clicks by day and channel, wide or long."""
    locale, dialect = draw(locales()), draw(dialects())
    first = draw(st.dates(date(2016, 1, 1), date(2026, 10, 1)))
    days = [first + timedelta(days=n) for n in range(draw(st.integers(1, 12)))]
    channels = draw(st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True))
    is_long = draw(st.booleans())
    # Numbers of which each could be meant in two ways, or any.
    could_be_two = draw(st.sampled_from([False, False, True])) and locale.places in (0, 3)
    least, most = (1, 999) if locale.places else (1000, 999_999)
    amounts = st.decimals(least, most, places=locale.places)
    if not could_be_two:
        amounts = st.one_of(amounts, st.decimals(0, 10**8, places=locale.places))
    counts = st.integers(1000, 999_999) if could_be_two else st.integers(0, 10**9)
    rows, expected = [], defaultdict(int)
    for day in days:
        for channel in channels:
            spend, clicks = draw(amounts), draw(st.one_of(st.none(), counts))
            rows.append((day, channel, spend, clicks))
            for measure, number in (("spend", spend), ("clicks", clicks)):
                key = (day, channel, measure)
                expected[key] = None if number is None else int(Decimal(number) * 1_000_000)
    table = _long(rows, locale, draw) if is_long else _wide(rows, channels, locale, draw)
    names = {"day": "Datum", "spend": "Kosten", "channel": "Kanal"} if locale.is_german else {}
    header = [_rename(cell, names) for cell in table[0]]
    mapping = _mapping(channels, is_long=is_long, names=names)
    order = "".join(
        sorted("dmy", key=lambda part: min(at for at in _places(locale.day, part) if at >= 0))
    )
    options = {"decimal": locale.mark, "date_order": order}
    content = write([header, *table[1:]], dialect, locale)
    return Export(content, mapping, dict(expected), options, locale, dialect, rows)


def _places(pattern, part):
    return [pattern.find("{" + part), pattern.find("{name" if part == "m" else "{" + part)]


def _rename(cell, names):
    base, _, rest = cell.partition(" of ")
    return names.get(base, base) + (f" of {rest}" if rest else "")


def _mapping(channels, *, is_long, names):
    mapping = {"date": names.get("day", "day"), "currency": "EUR", "grain": "day"}
    spend = names.get("spend", "spend")
    if is_long:
        column = names.get("channel", "channel")
        return mapping | {"channel": column, "spend": spend, "clicks": "clicks"}
    return mapping | {
        "channels": [
            {
                "name": " ".join(name.split()),
                "spend": f"{spend} of {at}",
                "clicks": f"clicks of {at}",
            }
            for at, name in enumerate(channels)
        ]
    }


def _cell(number, locale, draw, *, is_amount):
    if number is None:
        return draw(st.sampled_from(NO_VALUES))
    return locale.write_amount(number) if is_amount else locale.write(number, 0)


def _long(rows, locale, draw):
    table = [["day", "note", "channel", "spend", "clicks"]]
    for day, channel, spend, clicks in rows:
        numbers = (
            _cell(spend, locale, draw, is_amount=True),
            _cell(clicks, locale, draw, is_amount=False),
        )
        table.append([locale.write_day(day), "a; b, c", " ".join(channel.split()), *numbers])
    return table


def _wide(rows, channels, locale, draw):
    header = ["day", "note"]
    for at in range(len(channels)):
        header += [f"spend of {at}", f"clicks of {at}"]
    table = [header]
    for start in range(0, len(rows), len(channels)):
        row = [locale.write_day(rows[start][0]), 'two\nlines, "quoted"']
        for _, _, spend, clicks in rows[start : start + len(channels)]:
            row += [
                _cell(spend, locale, draw, is_amount=True),
                _cell(clicks, locale, draw, is_amount=False),
            ]
        table.append(row)
    return table


def write(table, dialect, locale):
    """Write a table into a file."""
    text = io.StringIO()
    if dialect.has_separator_line:
        text.write(f"sep={dialect.delimiter}\n")
    writer = csv.writer(
        text, delimiter=dialect.delimiter, quoting=dialect.quoting, lineterminator="\n"
    )
    for number in range(dialect.titles):
        writer.writerow([f"Report {number}: all accounts"])
    width = len(table[0])
    if dialect.has_total:
        table = [*table, ["Total", *["--"] * (width - 1)]]
    for row in table:
        cells = [dialect.spaces + cell + dialect.spaces for cell in row]
        writer.writerow(cells + [""] * (2 * dialect.has_trailing_cells))
        if dialect.has_blank_lines:
            text.write("\n")
    return _encode(text.getvalue().replace("\n", dialect.end), dialect.encoding)


def _encode(text, encoding):
    if encoding == "cp1252":
        text = text.encode("cp1252", "ignore").decode("cp1252")
    content = text.encode(encoding)
    return b"\xfe\xff" + content if encoding == "utf-16-be" else content
