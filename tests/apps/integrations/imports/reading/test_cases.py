"""Files that people had trouble with come to what they should; see ``tests/cases``."""

import json
from pathlib import Path

import pytest

from apps.integrations.exceptions import CsvInvalidError, CsvMappingError
from apps.integrations.imports.reading import check, make_mapping, prepare, preview
from tests.apps.integrations.imports.reading.reads import TODAY, codes_of, sums_of

CASES = Path(__file__).resolve().parents[4] / "cases"


def check_case(folder, name="input.csv", mapping="mapping.json", **changes):
    fields = json.loads((CASES / folder / mapping).read_text()) if mapping else {}
    with (CASES / folder / name).open("rb") as file:
        plan = prepare(file, make_mapping({**fields, **changes}), timezone="UTC", today=TODAY)
        return check(plan)


class TestGermanThousands:
    def test_are_read_as_such(self):
        found = check_case("02-german-thousands")

        assert sums_of(found) == {("google", "spend"): "2350", ("google", "impressions"): "14566"}
        assert not found.questions


class TestGoogleAds:
    def test_are_read_without_titles_and_totals(self):
        found = check_case("09-google-ads-export")

        assert sums_of(found)["google", "spend"] == "1256.5"
        assert (found.metric_count, codes_of(found)) == (2, ["titles", "totals"])

    def test_take_dashes_for_no_value(self):
        found = check_case("09-google-ads-export", "dashes.csv", "dashes_mapping.json")

        assert sums_of(found) == {("google", "spend"): "10"}
        assert codes_of(found) == ["empty"]

    def test_are_proposed_as_they_are(self):
        with (CASES / "13-page-proposals" / "google.csv").open("rb") as file:
            found = preview(file, timezone="UTC", today=TODAY, currency="EUR")

        assert sums_of(found)["google", "spend"] == "1256.5"
        assert {channel for channel, _ in sums_of(found)} == {"google"}


class TestLinkedIn:
    def test_is_read_month_before_day(self):
        found = check_case("10-linkedin-utf16")

        assert sums_of(found) == {("linkedin", "spend"): "1234.5"}
        assert str(found.first_date) == "2026-09-01"
        assert not found.questions

    def test_is_read_without_a_preamble(self):
        assert sums_of(check_case("10-linkedin-utf16", "plain_utf16.csv")) == {
            ("linkedin", "spend"): "1"
        }


class TestMeta:
    def test_is_read_without_its_last_row(self):
        found = check_case("11-meta-totals-row", "detail.csv")

        assert sums_of(found)["facebook", "spend"] == "250"
        assert (found.grain, codes_of(found)) == ("day", ["totals"])
        assert found.left_out[0].lines == (4,)

    def test_has_results_that_are_unknown(self):
        found = check_case("11-meta-totals-row", "blank_results.csv", "blank_mapping.json")

        assert sums_of(found) == {("facebook", "spend"): "250", ("facebook", "conversions"): "2"}


class TestOthers:
    def test_shopifys_orders_count_once(self):
        found = check_case("12-shopify-and-other-exports", "shopify.csv")

        assert sums_of(found) == {("", "revenue"): "113", ("", "orders"): "1"}
        assert "orders" in codes_of(found)

    def test_tiktoks_total_is_left_out(self):
        found = check_case("12-shopify-and-other-exports", "tiktok.csv", "tiktok_mapping.json")

        assert sums_of(found) == {("tiktok", "spend"): "10"}

    def test_klaviyos_campaigns_are_read(self):
        found = check_case("12-shopify-and-other-exports", "klaviyo.csv", "klaviyo_mapping.json")

        assert sums_of(found) == {("email", "attributed_revenue"): "1234.5"}


class TestDelimiters:
    @pytest.mark.parametrize(
        ("name", "column"),
        [
            *(("blank", "Kosten"), ("bom2", "Kosten"), ("dup", "Kosten"), ("sep", "Kosten")),
            *(("nbsp", "Kosten EUR"), ("nfd", "Umsätze"), ("quoted", "Kosten, netto, EUR")),
            ("tab", "Kosten, netto, EUR"),
        ],
    )
    def test_are_found(self, name, column):
        fields = {"date": "Datum", "currency": "EUR", "channels": [{"name": "x", "spend": column}]}

        found = check_case("14-delimiter", f"{name}.csv", None, **fields)

        assert (sums_of(found), found.row_count) == ({("x", "spend"): "5"}, 1)

    def test_of_an_unclosed_quote_the_line_is_named(self):
        fields = {"date": "Datum", "currency": "EUR", "revenue": "Kosten"}
        with pytest.raises(CsvInvalidError) as caught:
            check_case("14-delimiter", "unclosed.csv", None, **fields)

        assert caught.value.errors[0]["line"] == 2


class TestFarFuture:
    def test_is_refused_by_line(self):
        found = check_case("21-dates-of-the-far-future", "typo.csv")

        assert [(each.line, each.value) for each in found.errors] == [(11, "2062-03-10")]
        assert check_case("21-dates-of-the-far-future", "sentinel.csv").error_count == 40

    def test_is_not_in_the_corrected_file(self):
        found = check_case("21-dates-of-the-far-future", "corrected.csv")

        assert (sums_of(found), found.error_count) == ({("", "revenue"): "3100"}, 0)


class TestCurrencies:
    def test_that_do_not_exist_are_refused(self):
        with pytest.raises(CsvMappingError) as caught:
            check_case("23-currency-typo")

        assert caught.value.errors[0]["field"] == "currency"
