"""Numbers as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from omnify.pages import days, numbers
from omnify.voices import VOICES, find_voice, speaking

MARK = "\u200e"


def plain(text):
    """The text with usual spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


class TestCompact:
    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ("0", "0"),
            ("0.4", "0"),
            ("-99999", "−99,999"),
            ("100000", "100 k"),
            ("999940", "1,000 k"),
            ("999960", "1.00 M"),
            ("1787690.52", "1.79 M"),
            ("92844781.67", "92.8 M"),
            ("-92844781.67", "−92.8 M"),
            ("2500000000", "2.50 B"),
            ("1e12", "1.00 T"),
        ],
    )
    def test_has_few_digits(self, value, said):
        assert plain(numbers.compact(Decimal(value))) == said


class TestMoney:
    @pytest.mark.parametrize(
        ("value", "currency", "said"),
        [
            ("1787690.52", "EUR", "1,787,690.52 €"),
            ("1787690", "JPY", "1,787,690 ¥"),
            ("1.5", "KWD", "1.500 KWD"),
            ("-0.004", "EUR", "0.00 €"),
        ],
    )
    def test_has_the_minor_units(self, value, currency, said):
        assert plain(numbers.money(Decimal(value), currency)) == said

    @pytest.mark.parametrize(
        ("value", "said"), [("92844781.67", "92.8 M €"), ("0.348", "0.35 €"), ("1500.5", "1,500 €")]
    )
    def test_is_short_in_tiles(self, value, said):
        assert plain(numbers.short_money(Decimal(value), "EUR")) == said

    def test_never_breaks(self):
        with speaking(VOICES["pl"]):
            assert " " not in numbers.money(Decimal(10**9), "EUR")


class TestRates:
    def test_are_said_as_people_say_them(self):
        assert numbers.ratio(Decimal("51.9356")) == "51.9×"
        assert numbers.ratio(Decimal("3.018")) == "3.02×"
        assert numbers.share(Decimal("0.331")) == "33.1%"
        assert numbers.change(Decimal("-0.024")) == "−2.4%"
        assert numbers.change(Decimal("0.5")) == "+50.0%"
        assert plain(numbers.points(Decimal("0.003"))) == "+0.3 pp"
        assert numbers.exact(Decimal("1234.5600")) == "1,234.5600"


class TestVoices:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en-GB", "1,234.5 €"),
            ("de", "1.234,5 €"),
            ("de-CH", "1’234.5 €"),
            ("fr-FR", "1 234,5 €"),
            ("nb-NO", "1 234,5 €"),
            ("ar-MA", "1.234,5 €"),
            ("fa", f"\u06f1\u066c\u06f2\u06f3\u06f4\u066b\u06f5{MARK} €"),
        ],
    )
    def test_follow_the_language(self, language, said):
        with speaking(find_voice(language)):
            assert plain(numbers.money(Decimal("1234.5"), "EUR", places=1)) == said

    def test_know_languages_alone(self):
        assert find_voice("xx") is None

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-99999", "−99,999"),
            ("123456", "1,23,456"),
            ("1234567.89", "12,34,567.89"),
        ],
    )
    def test_group_by_pairs_in_india(self, value, said):
        with speaking(VOICES["en-in"]):
            assert numbers.exact(Decimal(value)) == said

    def test_end_with_the_request(self):
        with speaking(VOICES["de"]):
            pass

        assert numbers.count(1234) == "1,234"

    @pytest.mark.parametrize(("value", "said"), [("12.004", "12"), ("1234.5", "1,234.50")])
    def test_drop_places_of_whole_numbers(self, value, said):
        assert numbers.brief(Decimal(value)) == said


class TestDays:
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("en", "1 Feb 2018"),
            ("de", "01.02.2018"),
            ("sv", "2018-02-01"),
            ("fa", f"۲۰۱۸{MARK}/۰۲{MARK}/۰۱{MARK}"),
        ],
    )
    def test_follow_the_voice(self, name, said):
        with speaking(VOICES[name]):
            assert plain(days.say_day(date(2018, 2, 1))) == said

    @pytest.mark.parametrize(
        ("first", "last", "said"),
        [
            (date(2018, 1, 1), date(2018, 12, 31), "2018"),
            (date(2018, 2, 1), date(2018, 2, 28), "Feb 2018"),
            (date(2018, 2, 1), date(2018, 3, 2), "01.02.2018 – 02.03.2018"),
        ],
    )
    def test_of_a_range_are_whole(self, first, last, said):
        with speaking(VOICES["de"]):
            assert plain(days.say_days(first, last)) == said

    def test_of_a_time_are_those_of_the_zone(self):
        assert days.say_day(datetime(2018, 2, 1, 23, tzinfo=UTC)) == "1\u00a0Feb\u00a02018"
        assert (
            plain(days.say_moment(datetime(2018, 2, 1, 23, tzinfo=UTC))) == "1 Feb 2018, 23:00 UTC"
        )

    def test_leave_out_the_day_where_it_is_today(self):
        now = datetime(2018, 2, 1, 23, tzinfo=UTC)

        assert plain(days.say_near_moment(now - timedelta(hours=5), now)) == "18:00 UTC"
        after = now + timedelta(hours=1)
        assert plain(days.say_near_moment(after, now)) == "2 Feb 2018, 00:00 UTC"
