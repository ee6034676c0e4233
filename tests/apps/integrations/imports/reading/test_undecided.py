"""Where several columns may be the revenue people are asked, with what each comes to."""

import pytest

from tests.apps.integrations.imports.reading.reads import check_of, codes_of, sums_of
from tests.apps.integrations.imports.reading.test_proposals import (
    preview_of,
    propose_for,
    reasons_of,
)

NUMBERS = "Day,Revenue,Net revenue\n2026-01-05,9.5,8.5\n2026-01-06,1.5,0.5\n"


def readings_of(found):
    return [
        [(each.option, each.value, f"{each.sum:f}") for each in question.readings]
        for question in found.questions
    ]


def ask(content, **changes):
    """The questions about a proposal that is posted as it is, but for changes."""
    proposal = preview_of(content, currency="EUR").proposal
    return check_of(content, **{"channels": ..., **proposal, **changes})


class TestSeveralColumns:
    @pytest.mark.parametrize(
        ("columns", "names"),
        [
            ("Gross sales,Net sales,Total sales", ["Total sales", "Net sales", "Gross sales"]),
            ("Gross sales,Coupons,N. Revenue", ["N. Revenue", "Gross sales"]),
            ("Online revenue,Offline revenue,Orders", ["Online revenue", "Offline revenue"]),
            ("Revenue,Revenue incl. tax,Cost", ["Revenue", "Revenue incl. tax"]),
            ("Conversion value,All conv. value,Cost", ["Conversion value", "All conv. value"]),
        ],
    )
    def test_are_asked_about(self, columns, names):
        found = preview_of(f"Day,{columns}\n2026-01-05,9,8,7\n", currency="EUR")

        assert (found.proposal["revenue"], found.proposal.get("channels")) == (None, None)
        assert [[column for _, column, _ in each] for each in readings_of(found)] == [names]
        assert found.questions[0].field == names[0]
        assert set(names) <= {each.column for each in found.uses if "say which" in each.reason}

    def test_have_their_sums(self):
        readings = [[("revenue", "Revenue", "11"), ("revenue", "Net revenue", "9")]]

        assert readings_of(preview_of(NUMBERS, currency="EUR")) == readings
        assert readings_of(ask(NUMBERS)) == readings

    def test_are_no_question_once_one_is_named(self):
        found = ask(NUMBERS, revenue="Net revenue")

        assert (found.questions, sums_of(found)) == ((), {("", "revenue"): "9"})

    def test_are_no_question_of_a_mapping_that_leaves_them_out(self):
        text = "Day,Revenue,Net revenue,Spend\n2026-01-05,9.5,8.5,2\n"

        found = ask(text, revenue=...)

        assert (found.questions, sums_of(found)) == ((), {("", "spend"): "2"})

    def test_of_a_channel_are_asked_about_with_its_sums(self):
        text = "day,tv revenue,tv net revenue,tv spend,web spend\n2026-01-05,9.5,8.5,2,3\n"

        assert readings_of(ask(text)) == [
            [
                ("channels.0.revenue", "tv revenue", "9.5"),
                ("channels.0.revenue", "tv net revenue", "8.5"),
            ]
        ]

    def test_of_rows_by_channel_are_summed_over_them(self):
        text = "Date,Channel,Revenue,Net revenue\n2026-01-05,A,9.5,8.5\n2026-01-05,B,1.5,1.5\n"

        assert readings_of(ask(text)) == [
            [("revenue", "Revenue", "11"), ("revenue", "Net revenue", "10")]
        ]

    def test_of_which_one_is_a_part_are_not_asked_about(self):
        found = preview_of("Day,Revenue,New customer revenue\n2026-01-05,9,8\n", currency="EUR")

        assert (found.proposal["revenue"], found.questions) == ("Revenue", ())

    def test_may_have_marks_that_are_asked_about_too(self):
        text = "Day;Revenue;Net revenue\n2026-01-05;1.234;8.5\n".replace("8.5", "1.134")

        assert [each.readings[0].option for each in ask(text).questions] == ["revenue", "decimal"]


class TestTotalsBesideChannels:
    TEXT = "date,tv spend,web spend,total spend\n2026-09-01,10,20,35\n2026-09-02,1,2,3\n"

    def test_that_are_not_their_sum_are_asked_about(self):
        assert readings_of(ask(self.TEXT, channels=self.channels())) == [
            [("spend", "total spend", "38"), ("spend", "", "33")]
        ]

    def test_that_are_named_are_told_to_count_alone(self):
        found = ask(self.TEXT, channels=self.channels(), spend="total spend")

        assert (found.questions, codes_of(found)) == ((), ["levels"])
        assert "'total spend' is the spend that counts" in found.warnings[0].message

    def test_that_are_left_out_leave_the_channels(self):
        found = ask(self.TEXT, channels=self.channels(), spend=...)

        assert (found.questions, codes_of(found)) == ((), [])
        assert sums_of(found) == {("tv", "spend"): "11", ("web", "spend"): "22"}

    def test_of_revenue_are_no_sum_of_claims(self):
        found = propose_for("date,tv revenue,tv spend,revenue\n2026-09-01,10,20,35\n")

        assert (found.mapping["revenue"], found.undecided) == ("revenue", {})

    def channels(self):
        return propose_for(self.TEXT).mapping["channels"]


class TestCounts:
    @pytest.mark.parametrize(
        "text",
        [
            "Date,Publisher,Clicks,Sales,Commission,Order value\n2026-09-01,A,100,3,12.50,250.00\n",
            "Date,Clicks,Sales,Spend\n2026-09-01,100,3,12.50\n",
            "Date,Clicks,Sales,Revenue\n2026-09-01,100,3,$12\n",
        ],
    )
    def test_are_no_revenue(self, text):
        found = propose_for(text, currency="USD")

        assert found.mapping.get("revenue") != "Sales"
        assert "counts" in reasons_of(found)["Sales"]
        assert found.undecided == {}

    @pytest.mark.parametrize(
        "text",
        [
            "Date,Orders,Sales\n2026-09-01,3,250.10\n",
            "Date,Clicks,Sales\n2026-09-01,3,250\n",
            "Date,Spend,Sales\n2026-09-01,30,250\n",
            "Date,Clicks,Sales (USD)\n2026-09-01,300,25\n",
            "Date,Clicks,Sales\n2026-09-01,300,$25\n",
            "Date,Clicks,Net sales\n2026-09-01,300,25\n",
            "Date,Sales\n2026-09-01,25\n",
        ],
    )
    def test_are_not_taken_for_amounts(self, text):
        sales = text.splitlines()[0].split(",")[-1]

        assert propose_for(text, currency="USD").mapping["revenue"] == sales

    def test_that_may_be_amounts_are_asked_about(self):
        text = "Date,Clicks,Sales\n2026-09-01,300,25\n"

        assert readings_of(ask(text)) == [
            [("revenue", "Sales", "25"), ("conversions", "Sales", "25")]
        ]

    def test_that_may_be_amounts_are_left_out_beside_conversions(self):
        found = propose_for("Date,Clicks,Conversions,Sales\n2026-09-01,300,26,25\n")

        assert "revenue" not in found.mapping
        assert "counts" in reasons_of(found)["Sales"]


class TestAmounts:
    def test_of_which_nothing_says_what_for_are_asked_about(self):
        text = "Deal,Close date,Date,Amount\nA,x,2026-09-01,1000.50\n"

        assert readings_of(ask(text)) == [
            [("spend", "Amount", "1000.5"), ("revenue", "Amount", "1000.5")]
        ]

    def test_beside_clicks_are_spent(self):
        assert propose_for("Date,Clicks,Amount\n2026-09-01,3,10.5\n").mapping["spend"] == "Amount"

    @pytest.mark.parametrize(
        "header",
        [
            *(
                "Revenue (in thousands)",
                "Spend (k€)",
                "Cost (cents)",
                "cost_micros",
                "Spend (000s)",
            ),
            *("Umsatz Tsd. EUR", "Kosten TEUR", "Spend in $K"),
        ],
    )
    def test_in_another_unit_are_not_taken(self, header):
        found = propose_for(f"Date,Channel,{header}\n2026-09-01,A,12\n")

        assert header not in found.mapping.values()
        assert "convert it" in reasons_of(found)[header]

    @pytest.mark.parametrize("header", ["Spend", "Cost (USD)", "Kosten EUR", "Revenue MXN"])
    def test_in_their_own_unit_are_taken(self, header):
        assert header in propose_for(f"Date,Channel,{header}\n2026-09-01,A,12\n").mapping.values()
