"""Which currency is proposed for a file, by its headers, its signs and the organization."""

import pytest

from apps.integrations.imports.reading.known.headers import meaning_of
from tests.apps.integrations.imports.reading.reads import codes_of, sums_of
from tests.apps.integrations.imports.reading.test_proposals import preview_of, propose_for


def proposed_for(header, cell, currency):
    return propose_for(f'date,"{header}"\n2026-09-01,"{cell}"\n', currency=currency)


class TestSignsOfAFile:
    @pytest.mark.parametrize(
        ("header", "cell", "own", "proposed"),
        [
            *(("Spend", "€5", "USD", "EUR"), ("Spend", "£5", "EUR", "GBP")),
            *(("Spend", "$5", "CAD", "CAD"), ("Spend", "US$5", "CAD", "USD")),
            *(("Spend", "5 kr", "DKK", "DKK"), ("Spend", "5", "SEK", "SEK")),
            *(("Spend (€)", "5", "SEK", "EUR"), ("Spend (in USD)", "5", "SEK", "USD")),
            *(("spend_usd", "5", "SEK", "USD"), ("Kosten in €", "5", "SEK", "EUR")),
            *(("Spend [CHF]", "5", "EUR", "CHF"), ("Cost ($)", "5", "AUD", "AUD")),
            *(("Cost ($)", "US$5", "EUR", "USD"), ("USD spend", "5", "EUR", "USD")),
        ],
    )
    def test_speak_before_the_organization(self, header, cell, own, proposed):
        assert proposed_for(header, cell, own).mapping["currency"] == proposed

    @pytest.mark.parametrize(
        ("header", "cell"),
        [("Spend", "$5"), ("Spend ($)", "5"), ("Spend", "5 kr"), ("Spend", "¥5")],
    )
    def test_that_several_currencies_share_leave_it_open(self, header, cell):
        found = preview_of(f'date,"{header}"\n2026-09-01,"{cell}"\n', currency="EUR")

        assert (found.proposal["currency"], found.currency) == (None, None)
        assert codes_of(found) == ["currency_open"]
        assert (sums_of(found), found.error_count) == ({("", "spend"): "5"}, 0)
        assert "EUR" not in found.currencies

    def test_that_contradict_each_other_leave_it_open(self):
        text = "date,Google spend (USD),Meta spend (EUR)\n2026-09-01,5,6\n"

        found = preview_of(text, currency="EUR")

        assert found.proposal["currency"] is None
        assert found.currencies == ("USD", "EUR")


class TestColumnsOfCurrencies:
    @pytest.mark.parametrize(
        "name", ["Code de devise", "Valutacode", "Código de moneda", "Kod waluty konta"]
    )
    def test_are_known_in_the_languages_of_exports(self, name):
        found = propose_for(f"Date,{name},Spend\n2026-09-01,CHF,5\n", currency="EUR")

        assert found.mapping["currency"] == name

    @pytest.mark.parametrize(("cell", "choices"), [("EURO", ()), ("¥", ("JPY", "CNY"))])
    def test_without_codes_leave_it_open(self, cell, choices):
        found = preview_of(f"Date,Currency,Spend\n2026-09-01,{cell},5\n", currency="USD")

        assert (found.proposal["currency"], found.currencies) == (None, choices)
        assert "currency_open" in codes_of(found)

    def test_hold_codes(self):
        text = "Date,Currency,Account currency,Spend\n2026-09-01,local,CHF,5\n"

        assert propose_for(text, currency="EUR").mapping["currency"] == "Account currency"


class TestHeaders:
    @pytest.mark.parametrize(
        ("header", "measure"),
        [("Clicks all", "clicks"), ("Conversions top", "conversions"), ("Clicks USD", "clicks")],
    )
    def test_of_counts_have_no_currency(self, header, measure):
        meaning = meaning_of(header)

        assert (meaning.measure, meaning.channel, meaning.currencies) == (measure, "", frozenset())

    def test_keep_their_channel_beside_a_currency(self):
        meaning = meaning_of("google_spend_eur")

        assert (meaning.channel, meaning.currencies) == ("google", {"EUR"})
