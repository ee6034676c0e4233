"""What imports come to, written down as slowly and plainly as the rule is said."""

from datetime import timedelta
from typing import NamedTuple


class Row(NamedTuple):
    channel: str
    first: object
    last: object
    numbers: dict

    def days(self):
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]


class File(NamedTuple):
    """``numbers`` of each row has all of the file's measures; None is an empty cell."""

    measures: tuple
    rows: list

    def days(self):
        return {day for row in self.rows for day in row.days()}


def replay(files):
    """What counts after files in their order: numbers by channel, first and last day."""
    governing = {}
    for position, file in enumerate(files):
        for day in file.days():
            governing.update({(measure, day): position for measure in file.measures})
    found = {}
    for position, file in enumerate(files):
        for row in file.rows:
            for measure, number in row.numbers.items():
                if all(governing[measure, day] == position for day in row.days()):
                    key = (row.channel, row.first, row.last)
                    found.setdefault(key, {})[measure] = number
    return found


def find_cut(files, file):
    """The spans that count, of which a file has some days and not all."""
    days = file.days()
    cut = set()
    for (channel, first, last), numbers in replay(files).items():
        own = set(Row(channel, first, last, {}).days())
        is_named = any(numbers.get(measure) is not None for measure in file.measures)
        if is_named and own & days and own - days:
            cut.add((first, last))
    return sorted(cut)


def find_removed(files, file):
    """Channels and measures that a file takes away, with the days of which numbers are gone."""
    before, after = replay(files), replay([*files, file])
    removed = {}
    for (channel, first, last), numbers in before.items():
        row = Row(channel, first, last, {})
        rows_of_channel = [each for each in file.rows if each.channel == channel]
        is_named = any({*each.days()} & {*row.days()} for each in rows_of_channel)
        gone = tuple(
            sorted(
                measure
                for measure, number in numbers.items()
                if number is not None
                and after.get((channel, first, last), {}).get(measure) is None
                and not is_named
            )
        )
        if gone:
            removed.setdefault((channel, gone), set()).update(row.days())
    return removed
