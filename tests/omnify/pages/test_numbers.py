"""Numbers as people read them."""

from decimal import Decimal

import pytest

from omnify.pages import numbers


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
        assert " " not in numbers.money(Decimal(10**9), "EUR", numbers.find_voice("pl"))


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
            ("fa", "\u06f1\u066c\u06f2\u06f3\u06f4\u066b\u06f5 €"),
            ("xx", "1,234.5 €"),
        ],
    )
    def test_follow_the_language(self, language, said):
        voice = numbers.find_voice(language)

        assert plain(numbers.money(Decimal("1234.5"), "EUR", voice, places=1)) == said
