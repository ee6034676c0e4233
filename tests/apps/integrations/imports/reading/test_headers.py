"""What the header of a column says that its cells are."""

import pytest

from apps.integrations.imports.reading.known.headers import meaning_of


class TestMeanings:
    @pytest.mark.parametrize(
        "header",
        [
            *("Avg. cost", "CTR", "Cost / conv.", "Avg. CPC", "CPM (cost per 1,000 impressions)"),
            *("Purchase ROAS (return on ad spend)", "Frequency", "Open Rate", "Conversion rate"),
            *("Coste medio", "Coût moy.", "Gem. kosten", "Costo por clic", "Coût par clic"),
            *("Cost per click", "Durchschn. CPC", "Daily budget", "Impr. share", "eCPM", "AOV"),
        ],
    )
    def test_of_rates_are_no_amounts(self, header):
        assert meaning_of(header).role == "rate"

    @pytest.mark.parametrize(
        ("header", "measure"),
        [
            *(("Link clicks", "clicks"), ("Viral clicks", "clicks"), ("Outbound clicks", "clicks")),
            *(
                ("Total cost", "spend"),
                ("All conversions", "conversions"),
                ("Clicks (all)", "clicks"),
            ),
            *(("Unique clicks", "clicks"), ("View-through conversions", "conversions")),
            *(("Total Spent", "spend"), ("Amount spent (EUR)", "spend"), ("Kosten EUR", "spend")),
            *(("Net revenue", "revenue"), ("Online sales", "revenue"), ("N. Revenue", "revenue")),
            *(("7 Day Total Sales", "revenue"), ("Conversions 28d", "conversions")),
            *(("Number of clicks", "clicks"), ("Anzahl Klicks", "clicks"), ("7d spend", "spend")),
            *(("Omkostning", "spend"), ("Eksp.", "impressions"), ("Konv.", "conversions")),
            *(("Nettoumsatz", "revenue"), ("Werbeausgaben", "spend")),
        ],
    )
    def test_of_kinds_name_no_channel(self, header, measure):
        meaning = meaning_of(header)

        assert (meaning.role, meaning.measure, meaning.channel) == ("measure", measure, "")

    @pytest.mark.parametrize(
        ("header", "channel", "measure"),
        [
            *(("tv_S", "tv", "spend"), ("facebook_I", "facebook", "impressions")),
            *(("search_clicks_P", "search", "clicks"), ("Radio Spend", "Radio", "spend")),
            *(
                ("spend_facebook", "facebook", "spend"),
                ("TikTok - Impressions", "TikTok", "impressions"),
            ),
            *(("Google Ads cost", "Google", "spend"), ("email revenue", "email", "revenue")),
            *(("Channel 4 spend", "Channel 4", "spend"), ("1&1 Kosten", "1&1", "spend")),
        ],
    )
    def test_of_channels_name_them(self, header, channel, measure):
        meaning = meaning_of(header)

        assert (meaning.channel, meaning.measure) == (channel, measure)

    @pytest.mark.parametrize(
        "header",
        [
            *("Cost of goods sold", "Shipping cost", "newsletter", "Results"),
            *("Sales quantity", "Number of sales", "Sales volume"),
        ],
    )
    def test_of_others_are_unknown(self, header):
        assert meaning_of(header).role == "unknown"


def test_underscores_are_spaces():
    assert meaning_of("purchase_value").measure == "revenue"
