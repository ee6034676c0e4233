"""Rows of totals are left out and told, whatever tells them."""

import pytest

from tests.apps.integrations.imports.reading.reads import check_of, codes_of, errors_of, text_of


class TestTotals:
    def left_out(self, content, **options):
        found = check_of(content, **options)
        assert not found.error_count, found.errors
        return [line for each in found.left_out for line in each.lines]

    @pytest.mark.parametrize(
        "row",
        [
            *("Total,9,9", "total: account,9,9", "Grand Total,9,9", "--,9,9", "-,9,9"),
            *("Gesamt,9,9", "Total of 1 results,9,9", "Summe,,", "I alt: konto,9,9"),
            *("Subtotal,9,9", "Zwischensumme,9,9", "Sous-total,9,9"),
        ],
    )
    def test_are_known_by_their_label(self, row):
        assert self.left_out(text_of("day,spend,clicks", "2026-01-01,1,1", row)) == [3]

    def test_are_known_by_a_label_among_channels(self):
        rows = ["2026-01-01,A,1,1", "2026-01-01,B,2,2", "2026-01-01,Subtotal,3,3"]
        mapping = {"channels": ..., "channel": "name", "spend": "spend", "clicks": "clicks"}

        assert self.left_out(text_of("day,name,spend,clicks", *rows), **mapping) == [4]

    def test_are_known_by_a_label_elsewhere(self):
        text = text_of(
            "name,day,spend,clicks", "A,2026-01-01,1,1", "Total,,1,1", "Total,2026-01-01,1,1"
        )

        assert self.left_out(text) == [3, 4]
        assert self.left_out(text.replace("name", "campaign")) == [3, 4]

    def test_are_no_campaigns_with_a_name_like_it(self):
        names = ("Total Wellness", "Totals", "Total-Sport", "Deutsche Gesamtschule", "Suma Latina")
        rows = (f"{name},2026-01-01,1,1" for name in names)

        assert self.left_out(text_of("campaign,day,spend,clicks", *rows)) == [3]

    @pytest.mark.parametrize(
        "label", ["Google Total", "google ads total", "Total: Google", "Summe von Google"]
    )
    def test_are_known_by_the_channel_that_they_are_of(self, label):
        rows = ["2026-01-01,Google,1,1", "2026-01-01,Google Ads,2,2", f"2026-01-01,{label},3,3"]
        text = text_of("day,name,spend,clicks", *rows)
        mapping = {"channels": ..., "channel": "name", "spend": "spend", "clicks": "clicks"}

        assert self.left_out(text, **mapping) == [4]
        assert self.left_out(text.replace(f"2026-01-01,{label}", f",{label}"), **mapping) == [4]

    def test_are_no_channels_with_a_name_like_it(self):
        text = text_of(
            "day,name,spend,clicks",
            "2026-01-01,Bing,1,1",
            "2026-01-01,Fox Total,3,3",
            "2026-01-01,,4,4",
        )
        mapping = {"channels": ..., "channel": "name", "spend": "spend", "clicks": "clicks"}

        assert self.left_out(text, **mapping) == [4]

    def test_may_be_short_rows(self):
        assert self.left_out(text_of("day,spend,clicks", "2026-01-01,1,1", "Total,9")) == [3]

    def test_hold_the_days_of_other_rows(self):
        text = text_of(
            "Reporting starts,Reporting ends,spend,clicks",
            *(
                "2026-01-01,2026-01-03,9,9",
                "2026-01-01,2026-01-01,4,1",
                "2026-01-03,2026-01-03,5,1",
            ),
        )

        assert self.left_out(text, date="Reporting starts") == [2]
        assert check_of(text, date="Reporting starts").grain == "day"

    def test_leave_names_empty_that_others_have(self):
        text = text_of(
            "day,Campaign name,Ad name,spend,clicks",
            *("2026-01-01,A,x,1,1", "2026-01-01,A,,1,1", "2026-01-01,B,,5,5", "2026-01-01,,,6,6"),
            *("2026-01-02,,,7,7", "2026-01-03,C,x,1,1"),
        )

        assert self.left_out(text) == [3, 5]

    def test_are_not_rows_of_others_with_longer_spans(self):
        text = text_of(
            "from,to,campaign,spend,clicks",
            *(
                "2026-01-01,2026-01-31,A,9,9",
                "2026-01-05,2026-01-10,B,4,1",
                "2026-01-01,2026-01-02,A,1,1",
            ),
        )

        assert self.left_out(text, date="from") == [2]

    def test_of_campaigns_are_compared_with_their_own_rows(self):
        text = text_of(
            "from,to,campaign,spend,clicks",
            *("2026-01-01,2026-01-31,A,9,9", "2026-01-05,2026-01-10,B,4,1"),
        )

        assert self.left_out(text, date="from") == []

    def test_without_a_day_and_names_are_known(self):
        text = text_of("campaign,day,spend,clicks", ",,9,9", "A,2026-01-01,1,1")

        assert self.left_out(text) == [2]
        assert errors_of(check_of(text_of("day,spend,clicks", ",9,9"))) == [(2, "day", "")]

    @pytest.mark.parametrize(
        ("header", "total"), [("Date,Source,Spend,Clicks", ",,9,8"), ("Date,Spend,Clicks", ",9,8")]
    )
    def test_with_a_label_behind_the_last_column_are_known(self, header, total):
        row = total.replace(",", "2026-01-01,", 1)
        text = text_of("# Explore", "# 202601", "", header, f"{total},Grand total", row, row)

        channels = [{"name": "tv", "spend": "Spend"}]
        assert self.left_out(text, date="Date", channels=channels) == [5]

    @pytest.mark.parametrize(
        "label",
        [
            *("Gesamtergebnis", "Eindtotaal", "Grand Total", "Sum", "Total: Campaigns", "∑"),
            *("Total - All", "Total (2)", "Total de la cuenta", "Results from 2 campaigns"),
            *("Gesamt: Kampagnen", "Total Result"),
        ],
    )
    def test_of_pivot_tables_are_known(self, label):
        text = text_of("campaign,day,spend,clicks", "A,2026-01-01,1,1", f"{label},2026-01-01,1,1")

        assert self.left_out(text) == [3]

    def test_are_known_by_a_label_in_a_column_that_is_not_mapped(self):
        text = text_of(
            "day,device,spend,clicks",
            *("2026-01-01,mobile,5,1", "2026-01-01,desktop,6,1", "2026-01-01,Total,11,2"),
        )

        assert self.left_out(text) == [4]
        assert self.left_out(text.replace("mobile", "Total").replace("desktop", "")) == []

    def test_of_spans_that_all_rows_have_leave_the_grain(self):
        text = text_of(
            "from,to,campaign,spend,clicks",
            *("2026-09-01,2026-09-30,,3,3", "2026-09-01,2026-09-30,A,3,3"),
        )

        assert self.left_out(text, date="from") == [2]
        assert check_of(text, date="from").grain == "month"

    def test_are_not_lines_of_text_below(self):
        found = check_of(text_of("day,spend,clicks", "2026-01-01,1,1", "", '"© 2026, ACME"', "x,,"))

        assert [(each.reason, each.rows) for each in found.left_out] == [("notes", 2)]
        assert codes_of(found) == ["notes"]

    def test_are_not_headers_of_files_behind(self):
        text = text_of("day,spend,clicks", "2026-01-01,1,1", "day,spend,clicks", "2026-01-02,1,1")

        assert self.left_out(text) == [3]
