"""What is proposed for a file can be imported unchanged, and gives the right sums."""

import io
from pathlib import Path

import pytest

from apps.integrations.imports.reading import make_mapping, open_table, preview, propose
from apps.integrations.imports.reading.known.headers import meaning_of
from tests.apps.integrations.imports.reading.reads import TODAY, sums_of

DATA = Path(__file__).resolve().parents[5] / "data"


def propose_for(text, **options):
    return propose(open_table(io.BytesIO(text.encode())), **options)


def preview_of(content, **options):
    content = content.encode() if isinstance(content, str) else content
    return preview(io.BytesIO(content), timezone="UTC", today=TODAY, **options)


def reasons_of(proposal):
    return {each.column: each.reason for each in proposal.columns if each.reason}


class TestChannelsOfWideFiles:
    @pytest.mark.parametrize(
        ("header", "channel"),
        [
            *(("Organic Social spend", "Organic Social"), ("Summer spend", "Summer")),
            *(("New Year spend", "New Year"), ("Mall spend", "Mall")),
        ],
    )
    def test_are_no_sums_by_a_part_of_their_name(self, header, channel):
        text = f"date,tv spend,radio spend,{header}\n2026-09-01,1,2,3\n"

        assert [each["name"] for each in propose_for(text).mapping["channels"]] == [
            *("tv", "radio", channel)
        ]


class TestNumbersOfOtherTimes:
    @pytest.mark.parametrize(
        "header",
        [
            *("Cost previous period", "Cost (previous)", "Cost (Comparison)"),
            *(
                "Google spend last year",
                "Cost YoY",
                "Cost change",
                "Planned spend",
                "Cost forecast",
            ),
            *("7 day spend", "Cost 30d", "2025 cost"),
        ],
    )
    def test_are_neither_measures_nor_channels(self, header):
        found = propose_for(f"date,{header},spend\n2026-09-01,9,5\n")

        assert found.mapping["spend"] == "spend"
        assert found.mapping.get("channels", []) == []
        assert set(reasons_of(found)) == {header}

    def test_make_no_sum_in_a_long_file(self):
        text = "Date,Channel,Cost,Cost last year,Cost change\n2026-09-01,G,10,8,2\n"

        assert propose_for(text).mapping["spend"] == "Cost"

    def test_costs_of_conversions_are_unknown(self):
        assert meaning_of("Google conversions cost").role == "unknown"
        assert meaning_of("Google conversions value").measure == "revenue"


class TestExportsOfOnePlatform:
    @pytest.mark.parametrize(
        ("headers", "value"),
        [
            ("Tag,Kampagne,Impr.,Kosten,Conversions,Conv.-Wert", "Conv.-Wert"),
            ("Jour,Campagne,Impr.,Coût,Conversions,Valeur de conv.", "Valeur de conv."),
            ("Día,Campaña,Impr.,Coste,Conversiones,Valor de conv.", "Valor de conv."),
            (
                "Dag,Campagne,Vertoningen,Klikken,Kosten,Conversies,Conversiewaarde",
                "Conversiewaarde",
            ),
        ],
    )
    def test_tell_what_conversions_are_worth(self, headers, value):
        row = ",".join(["2026-09-01", "A", *("1" for _ in headers.split(",")[2:])])

        [channel] = propose_for(f"{headers}\n{row}\n").mapping["channels"]

        assert (channel["name"], channel["revenue"]) == ("google", value)

    def test_have_kinds_of_measures_and_no_other_channels(self):
        headers = "Day,Campaign,Impr.,Cost,Phone impressions,Message clicks,Budget cost"
        found = propose_for(f"{headers}\n2026-09-01,A,10,5,3,2,1\n")

        assert found.mapping["channels"] == [
            {"name": "google", "impressions": "Impr.", "spend": "Cost"}
        ]
        assert {"Phone impressions", "Message clicks"} <= set(reasons_of(found))

    def test_have_measures_that_are_sums_of_their_kinds(self):
        google = "Day,Campaign,Cost,Impr.,Viewable impr.,Top impr.\n2026-09-01,A,5,100,60,40\n"
        linkedin = (
            "Start Date (in UTC),Total Spent,Impressions,Conversions,View Conversions,"
            "Click Conversions\n9/13/2026,5,10,3,1,2\n"
        )

        assert propose_for(google).mapping["channels"][0]["impressions"] == "Impr."
        assert propose_for(linkedin).mapping["channels"][0]["conversions"] == "Conversions"


class TestPropose:
    def test_takes_a_measure_of_which_few_cells_are_wrong(self):
        text = "date,tv spend,tv clicks\n2026-09-01,5,1\n2026-09-02,6,1\n2026-09-03,#REF!,1\n"

        found = preview_of(text, currency="EUR")

        assert found.proposal["channels"][0]["spend"] == "tv spend"
        assert [(each.line, each.value) for each in found.errors] == [(4, "#REF!")]

    def test_takes_no_claims_of_ads_for_the_organizations_revenue(self):
        text = "Date,Campaign,Spend,Revenue\n2026-09-01,A,5,30\n"

        found = propose_for(text, currency="EUR")

        assert "revenue" not in found.mapping
        assert set(reasons_of(found)) == {"Campaign", "Revenue"}

    def test_gives_the_real_files_sums(self):
        content = (DATA / "robyn_weekly_marketing.csv").read_bytes()

        found = preview_of(content, currency="EUR")

        sums = {key: value for key, value in sums_of(found).items() if value}
        spend = sum(float(value) for (_, measure), value in sums.items() if measure == "spend")
        assert round(spend, 2) == 14_529_098.51
        assert round(float(sums["", "revenue"]), 2) == 379_005_696.67
        assert ({use.column for use in found.uses if use.reason}) == {
            "competitor_sales_B",
            "newsletter",
            "events",
        }
        assert found.grain == "week"

    def test_leaves_the_currency_open_where_nothing_says_it(self):
        text = "date,tv_spend\n2026-01-01,5\n"

        assert propose_for(text).mapping["currency"] is None
        assert propose_for(text, currency="SEK").mapping["currency"] == "SEK"

    @pytest.mark.parametrize(
        ("header", "cell", "currency"),
        [
            *(("spend (GBP)", "5", "GBP"), ("spend", "5 €", "EUR"), ("spend", "5 PLN", "PLN")),
            ("spend", "$5", None),
        ],
    )
    def test_takes_the_currency_from_headers_and_cells(self, header, cell, currency):
        assert propose_for(f"date,{header}\n2026-01-01,{cell}\n").mapping["currency"] == currency

    def test_leaves_sums_of_other_columns_out(self):
        text = (
            "date,tv_spend,radio_spend,web_spend,offline_total_spend,total_spend\n"
            "2026-01-01,10,20,31,30,61\n2026-01-02,1,2,3,3,6\n"
        )

        found = propose_for(text)

        assert [each["name"] for each in found.mapping["channels"]] == ["tv", "radio", "web"]
        assert "spend" not in found.mapping
        assert set(reasons_of(found)) == {"offline_total_spend", "total_spend"}

    def test_knows_long_files(self):
        text = "Date,Channel,Campaign,Cost,Clicks,Revenue\n2026-01-01,Google,A,1,2,3\n"

        assert propose_for(text).mapping == {
            "kind": "metrics",
            "source": "csv",
            "currency": None,
            "date": "Date",
            "channel": "Channel",
            "campaign": "Campaign",
            "spend": "Cost",
            "clicks": "Clicks",
            "revenue": "Revenue",
        }

    def test_knows_paths(self):
        text = "date,path,conversions,revenue,nulls\n2026-01-01,a > b,1,2,3\n2026-01-01,a,1,2,3\n"

        found = propose_for(text, currency="EUR")

        assert found.mapping["kind"] == "touchpoints"
        assert make_mapping(found.mapping).columns() == {
            "at": "date",
            "path": "path",
            "conversions": "conversions",
            "value": "revenue",
            "nulls": "nulls",
        }

    def test_finds_a_table_above_whose_rows_stands_a_wider_total(self):
        text = "# Explore\n\nDate,Source,Revenue\n,,9,Grand total\n20260901,google,9\n"

        found = preview_of(text, currency="EUR")

        assert (found.proposal["date"], found.proposal["revenue"]) == ("Date", "Revenue")
        assert sums_of(found) == {("google", "attributed_revenue"): "9"}

    def test_knows_days_without_a_name(self):
        assert propose_for("x,y_spend\n2026-01-01,5\n").mapping["date"] == "x"

    def test_tells_which_other_spend_is_left_out(self):
        found = preview_of("Day,Spend,Media cost\n2026-01-05,9,8\n", currency="EUR")

        assert found.proposal["spend"] == "Spend"
        [warning] = found.warnings
        assert "'Spend' is taken, not 'Media cost'." in warning.message

    def test_takes_one_column_for_a_measure(self):
        text = (
            "Reporting starts,Reporting ends,Campaign name,Link clicks,Clicks (all),Unique clicks,"
            "Reach,Amount spent (USD),Cost per result\n2026-09-01,2026-09-30,A,5,7,3,9,12.50,1\n"
        )

        found = propose_for(text)

        assert found.mapping == {
            "kind": "metrics",
            "source": "meta_ads",
            "currency": "USD",
            "date": "Reporting starts",
            "end": "Reporting ends",
            "campaign": "Campaign name",
            "channels": [
                {
                    "name": "facebook",
                    "clicks": "Clicks (all)",
                    "reach": "Reach",
                    "spend": "Amount spent (USD)",
                }
            ],
        }
        assert set(reasons_of(found)) == {"Link clicks", "Unique clicks", "Cost per result"}

    @pytest.mark.parametrize(
        ("header", "row", "channel", "spend"),
        [
            (
                "Date,Campaign,Amount Spent (USD),Impressions,Clicks,eCPM (USD)",
                "2026-09-01,A,5.5,10,1,1",
                "reddit",
                "Amount Spent (USD)",
            ),
            (
                "Gregorian date,Campaign,Impr.,Clicks,Spend,Avg. CPC,All conv.",
                "2026-09-01,A,10,1,5.5,5.5,1",
                "microsoft",
                "Spend",
            ),
            ("Tag,Kampagne,Kosten,Impr.,Klicks", "2026-09-01,A,5.5,10,1", "google", "Kosten"),
            (
                "By Day,Ad group name,Cost,CPC (destination),Impressions,Clicks (destination)",
                "2026-09-01,A,5.5,1,10,1",
                "tiktok",
                "Cost",
            ),
            (
                "Date,Campaign name,Spend in account currency,Impressions,Pin clicks,eCPM",
                "2026-09-01,A,5.5,10,1,2",
                "pinterest",
                "Spend in account currency",
            ),
            (
                "Start Date (in UTC),Account Name,Total Spent,Impressions,Viral clicks,Clicks",
                "9/1/2026,A,5.5,10,1,1",
                "linkedin",
                "Total Spent",
            ),
        ],
    )
    def test_knows_platforms(self, header, row, channel, spend):
        found = propose_for(f"{header}\n{row}\n")

        [own] = found.mapping["channels"]
        assert (own["name"], own["spend"]) == (channel, spend)
        assert sums_of(preview_of(f"{header}\n{row}\n"))[channel, "spend"] == "5.5"

    def test_takes_the_day_and_not_the_reports_range(self):
        text = (
            "Campaign name,Day,Amount spent (USD),Reporting starts,Reporting ends\n"
            ",,30,2026-09-01,2026-09-02\nA,2026-09-01,10,2026-09-01,2026-09-02\n"
            "A,2026-09-02,20,2026-09-01,2026-09-02\n"
        )

        found = preview_of(text)

        assert found.proposal["date"] == "Day"
        assert sums_of(found) == {("facebook", "spend"): "30"}
        assert found.grain == "day"


class TestPreview:
    def test_shows_the_first_rows_with_customers_masked(self):
        text = (
            "Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity\n"
            "#1,a@b.de,paid,EUR,5,2026-03-01,1\n"
        )

        found = preview_of(text)

        assert found.rows[0]["Email"] == "•••"
        assert found.proposal["kind"] == "orders"
        assert sums_of(found) == {("", "revenue"): "5", ("", "orders"): "1"}

    def test_of_a_file_without_known_columns_has_no_check(self):
        found = preview_of("a,b\n2026-01-01,1\n")

        assert found.kind == ""
        assert found.columns == ("a", "b")

    def test_of_a_files_beginning_says_so(self):
        text = "date,tv_spend\n" + "2026-01-01,5\n" * 10_000

        found = preview_of(text, most_bytes=10_000)

        assert not found.complete
        assert 0 < found.row_count < 1000
