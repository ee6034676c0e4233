"""The currency that a workbook's number formats show is read as a sign beside the number is."""

from datetime import date

import pytest

from apps.integrations.imports.reading.tables.formats import find_mark
from tests.apps.integrations.imports.reading.reads import check_of, errors_of, refusal_of, sums_of
from tests.apps.integrations.imports.reading.test_proposals import preview_of
from tests.apps.integrations.imports.reading.workbooks import Money, workbook_of

HEADER = ["day", "spend", "clicks"]
DAY = date(2026, 9, 1)
NEXT = date(2026, 9, 2)
EURO = "#,##0.00\\ [$€-407]"


class TestFormats:
    @pytest.mark.parametrize(
        ("number_format", "mark"),
        [
            *((EURO, "€"), ('"€"#,##0.00', "€"), ("[$CHF] #,##0.00", "CHF"), ("#,##0 €", "€")),
            *(('_-* #,##0.00\\ "kr"_-;-* #,##0.00\\ "kr"_-', "kr"), ("\\R\\$ #,##0", "R$")),
            *(('[Red]"US$" 0.00;[>5]0', "US$"), ("[$kr.-406] 0", "DKK"), ("[$USD-409] 0", "USD")),
            *(('_("$"* #,##0.00_);_("$"* (#,##0.00)', "$"), ("[$£-809]#,##0", "GBP")),
            *(("[$$-409]#,##0.00", "USD"), ("[$$-1009]#,##0", "CAD"), ("[$$-C09]0", "AUD")),
            *(("[$$-80A]0", "MXN"), ("[$$-en-US]#,##0.00", "USD"), ("[$kr-41D]0", "SEK")),
            *(
                ("[$¥-411]0", "JPY"),
                ("[$$-1000409]0", "USD"),
                ("[$$-407]0", "$"),
                ("[$€-409]0", "€"),
            ),
            *(("0.00%", "%"), ('0.0"%"', ""), ("0;0%", ""), ("[Red]0%", "%")),
            *(("General", ""), ("[$-409]#,##0", ""), ('0.0,,"M"', "")),
            *(("yyyy-mm-dd", ""), ("0.00E+00", ""), ("# ?/?", ""), ('0;"€"0', ""), ("", "")),
        ],
    )
    def test_have_the_mark_of_their_first_section(self, number_format, mark):
        assert find_mark(number_format) == mark

    def test_propose_the_currency(self):
        content = workbook_of([HEADER, [DAY, Money(5.25, EURO), 3], [NEXT, Money(1, EURO), 4]])

        found = preview_of(content, currency="USD")

        assert (found.proposal["currency"], found.currency) == ("EUR", "EUR")
        assert found.rows[0]["spend"] == "5.25 €"
        assert sums_of(found) == {("", "spend"): "6.25", ("", "clicks"): "7"}

    def test_of_a_locale_settle_the_currency_of_its_sign(self):
        content = workbook_of([HEADER, [DAY, Money(5, "[$$-C09]#,##0.00"), 3]])

        assert preview_of(content, currency="EUR").proposal["currency"] == "AUD"

    def test_of_percents_make_rates(self):
        rows = [HEADER, [DAY, Money(0.123, "0.0%"), 3], [NEXT, Money(1, "0%"), 4]]

        found = check_of(workbook_of(rows))

        assert errors_of(found) == [(2, "spend", "12.3%"), (3, "spend", "100%")]
        assert "is a rate" in found.errors[0].message

    def test_of_a_sign_of_several_currencies_leave_it_open(self):
        found = preview_of(workbook_of([HEADER, [DAY, Money(5, '"kr" 0'), 3]]), currency="EUR")

        assert found.proposal["currency"] is None
        assert found.currencies[:3] == ("SEK", "NOK", "DKK")

    def test_of_several_currencies_are_not_summed(self):
        rows = [HEADER, [DAY, Money(5, EURO), 3], [NEXT, Money(6, "[$CHF] 0"), 4]]

        found = check_of(workbook_of(rows))

        assert errors_of(found) == [(3, "spend", "6 CHF")]
        assert preview_of(workbook_of(rows), currency="EUR").proposal["currency"] is None

    def test_of_another_currency_than_the_mapping_s_are_refused(self):
        found = check_of(workbook_of([HEADER, [DAY, Money(5, "[$CHF] 0"), 3]]))

        assert errors_of(found) == [(2, "spend", "5 CHF")]

    def test_end_where_another_format_begins(self):
        rows = [HEADER, [DAY, Money(5, EURO), 3], [NEXT, 6, 4]]

        assert [row["spend"] for row in preview_of(workbook_of(rows)).rows] == ["5 €", "6"]

    def test_are_found_where_the_table_begins_elsewhere(self):
        rows = [[None], [None, *HEADER], [None, DAY, Money(5, EURO), 3]]

        found = preview_of(workbook_of(rows, dimension="B2:D3"))

        assert (found.rows[0]["spend"], found.rows[0]["clicks"]) == ("5 €", "3")

    def test_are_those_of_the_sheet(self):
        francs = [HEADER, [DAY, Money(5, "[$CHF] 0"), 3]]
        content = workbook_of([HEADER, [DAY, Money(5, EURO), 3]], francs)

        assert preview_of(content, sheet="Sheet2").proposal["currency"] == "CHF"

    def test_with_entities_are_refused(self):
        bomb = '<!DOCTYPE a [<!ENTITY b "€">]><styleSheet><numFmts/></styleSheet>'
        content = workbook_of([HEADER, [DAY, 1, 1]], extra={"xl/styles.xml": bomb})

        assert "entities" in refusal_of(content)["message"]
