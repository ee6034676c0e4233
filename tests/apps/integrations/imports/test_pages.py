"""A person imports a file: columns, check, import."""

import io
import re
from uuid import uuid4

import pytest
from django.test import Client

from apps.integrations.models import Connection, CsvImport, DailyMetric, Order, Touchpoint
from tests.apps.integrations.imports.conftest import CREDENTIALS
from tests.apps.integrations.imports.pages import (
    CHOSEN,
    GOOD,
    NOTHING,
    PAGE,
    READ,
    fields_of,
    read,
    send,
)
from tests.apps.integrations.imports.reading.workbooks import workbook_of
from tests.cases import read_case

pytestmark = pytest.mark.django_db


class TestImportPage:
    def test_suggests_what_the_columns_are(self, browser):
        text = send(browser, READ, **NOTHING).content.decode()

        fields = fields_of(text)
        assert fields["use"] == ["date", "revenue", "spend", ""]
        assert fields["channel"] == ["", "", "tv", ""]
        assert "<html" not in text

    def test_keeps_what_was_chosen_when_the_columns_are_read_again(self, browser):
        text = send(browser, READ, channel=["", "", "radio", ""]).content.decode()

        assert 'value="radio"' in text

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"currency": "ERU"}, "not a currency"),
            ({"source": "shop\u202e"}, "direction of writing"),
            ({"file": [io.BytesIO(GOOD.encode()), io.BytesIO(GOOD.encode())]}, "Choose one file"),
        ],
    )
    def test_names_what_cannot_be_taken(self, browser, changes, words):
        assert words in send(browser, "import", **changes).content.decode()
        assert CsvImport.unscoped.count() == 0

    def test_checks_without_writing(self, browser):
        text = send(browser, "check").content.decode()

        assert "2 rows look good" in text
        assert "100.5" in text
        assert CsvImport.unscoped.count() == 0

    def test_asks_what_can_be_read_in_several_ways_and_keeps_the_answer(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-01,1.234,10,a\n"
        asked = send(browser, "import", text).content.decode()
        assert "before decimals: 1234" in asked
        assert "before decimals: 1.234" in asked
        assert CsvImport.unscoped.count() == 0

        answer = {"asked": ["sales"], "answer": ["decimal ,"]}
        checked = send(browser, "check", text, **answer).content.decode()
        send(browser, "import", text, **answer)

        assert 'name="answer" value="decimal ,"' in checked
        assert DailyMetric.unscoped.get(channel="").revenue_micros == 1_234_000_000

    def test_proposes_orders_as_orders(self, browser):
        content = read_case("12-shopify-and-other-exports", "shopify.csv")
        fields = read(browser, content, currency="", source="")
        taken = send(browser, "import", content, **fields).content.decode()

        assert fields["kind"] == ["orders"]
        assert fields["source"] == ["shopify"]
        assert "were imported as 1 metric and 1 order in USD." in taken
        assert DailyMetric.unscoped.get().revenue_micros == 113_000_000

    def test_takes_orders_that_name_no_customer(self, browser):
        text = (
            "Order Number,Order Date,Order Total Amount,Item Name\n"
            "7,2026-01-01,10,Lamp\n7,2026-01-01,10,Rug\n"
        )
        fields = read(browser, text, currency="EUR", source="")
        send(browser, "import", text, **{**fields, "currency": "EUR"})

        assert "order" in fields["use"]
        assert Order.unscoped.get().customer == ""

    def test_takes_touchpoints(self, browser):
        text = "day,path\n2026-01-01,search > mail\n2026-01-02,mail > search\n"
        fields = read(browser, text, currency="")

        assert (fields["kind"], fields["use"]) == (["touchpoints"], ["at", "path"])
        assert "2 rows look good" in send(browser, "check", text, **fields).content.decode()
        taken = send(browser, "import", text, **fields).content.decode()
        assert "2 rows from 2026-01-01 to 2026-01-02 were imported as 2 touchpoints." in taken
        assert Touchpoint.unscoped.count() == 2

    def test_names_orders_that_a_file_takes_away(self, browser):
        text = "day,name,buyer,total\n2026-01-01,#1,a,5\n2026-01-01,#2,b,7\n"
        fields = read(browser, text)
        fields |= {"kind": "orders", "use": ["date", "order", "customer", "revenue"]}
        send(browser, "import", text, **fields)

        less = text.replace("2026-01-01,#2,b,7\n", "")
        shown = send(browser, "check", less, **fields).content.decode()

        assert re.search(r"order #2\s.*revenue", shown.partition("takes away")[2], re.DOTALL)

    def test_takes_the_currency_of_the_file_or_asks_for_it(self, browser):
        named = GOOD.replace("sales", "sales (USD)")

        assert read(browser, named, currency="")["currency"] == ["USD"]
        doubted = send(browser, READ, named, **NOTHING).content.decode()
        assert "The currency above is EUR; by the file, or else your organization," in doubted
        text = send(browser, READ, currency="", **NOTHING).content.decode()
        assert "fill it in above" in text
        refused = send(browser, "import", currency="").content.decode()
        assert "currency: This field is required." in refused
        assert CsvImport.unscoped.count() == 0

    def test_keeps_the_columns_of_another_kind_that_both_have(self, browser):
        fields = read(browser, GOOD)
        orders = read(browser, GOOD, **{**fields, "kind": "orders", "use": CHOSEN["use"]})
        paths = read(browser, GOOD, **{**orders, "kind": "touchpoints"})

        assert (fields["was"], orders["was"], paths["was"]) == (
            ["metrics"],
            ["orders"],
            ["touchpoints"],
        )
        assert orders["use"] == ["date", "revenue", "", ""]
        assert paths["use"] == ["at", "", "", ""]
        assert not {"grain", "level"} & orders.keys()

    def test_forgets_what_was_chosen_of_another_file(self, browser):
        other = "day,sales,tv_spend\n2026-01-01,1.234,1\n"
        asked = {"asked": ["sales"], "answer": ["decimal ,"]}
        first = read(browser, other, **asked, use=["date", "", "", ""])
        second = read(browser, GOOD, **{**first, "use": ["date", "", "spend"], "kind": "orders"})

        assert second["kind"] == ["metrics"]
        assert second["use"] == ["date", "revenue", "spend", ""]
        assert "answer" not in second

    def test_offers_brands_where_there_are_any(self, browser, registered):
        assert 'name="brand"' not in browser.get(PAGE).content.decode()
        for name in ("Zeta", "Alpha"):
            registered.post("/api/organizations/brands", {"name": name}, format="json")
        page = browser.get(PAGE).content.decode()
        [brand] = re.findall(r'<option value="([0-9a-f-]+)">Alpha', page)

        text = send(browser, "check", brand=brand).content.decode()

        assert page.index("Alpha") < page.index("Zeta")
        assert f'<option value="{brand}" selected>' in text
        assert "2 rows look good" in text
        send(browser, "import", brand=brand)
        assert str(Connection.unscoped.get().brand_id) == brand

    def test_refuses_a_brand_that_is_not_the_organizations(self, browser, registered):
        registered.post("/api/organizations/brands", {"name": "Alpha"}, format="json")

        text = send(browser, "import", brand=str(uuid4())).content.decode()

        assert "Select a valid choice" in text
        assert CsvImport.unscoped.count() == 0

    def test_asks_which_column_is_the_revenue_and_takes_the_answer(self, browser):
        text = "Day,Net sales,Total sales\n2026-09-01,9.5,8.5\n"
        asked = send(browser, READ, text, **NOTHING).content.decode()
        fields = {**fields_of(asked), "answer": ["revenue Net sales"]}
        send(browser, "import", text, **{**fields, "currency": "EUR"})

        assert "is the revenue: 9.5 in all" in asked
        assert DailyMetric.unscoped.get().revenue_micros == 9_500_000

    def test_reads_the_sheet_that_was_chosen(self, browser):
        sheets = {"Notes": [["a", "b"], ["x", "y"]], "May": [["day", "sales"], ["2026-05-01", 7]]}
        content = workbook_of(*sheets.values(), names=[*sheets])
        fields = read(browser, content, name="book.xlsx")
        text = send(browser, READ, content, name="book.xlsx", **{**fields, "sheet": "May"})
        fields = fields_of(text.content.decode())
        send(browser, "import", content, name="book.xlsx", **fields)

        assert (fields["sheets"], fields["sheet"]) == (["Notes", "May"], ["May"])
        assert DailyMetric.unscoped.get().revenue_micros == 7_000_000

    def test_offers_other_sheets_where_the_first_has_no_table(self, browser):
        content = workbook_of([], [["day", "sales"], ["2026-05-01", 7]], names=["Empty", "May"])
        text = send(browser, READ, content, name="book.xlsx", **NOTHING).content.decode()

        assert "The sheet is empty" in text
        assert '<option value="May">' in text

    def test_takes_rows_for_what_was_chosen(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-05,7,1,a\n"

        send(browser, "import", text, grain="week", level="channel")

        days = DailyMetric.unscoped.values_list("last_date", flat=True)
        assert {str(day) for day in days} == {"2026-01-11"}

    def test_imports_campaigns_of_a_column(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-05,7,1,a\n2026-01-05,7,2,b\n"

        send(browser, "import", text, use=["date", "", "spend", "campaign"])

        rows = DailyMetric.unscoped.values_list("level", "channel", "campaign", "spend_micros")
        assert sorted(rows) == [
            ("campaign", "tv", "a", 1_000_000),
            ("campaign", "tv", "b", 2_000_000),
        ]

    @pytest.mark.parametrize(("empty", "kept"), [("", None), ("zero", 0)])
    def test_takes_empty_cells_as_it_was_said(self, browser, empty, kept):
        text = "day,sales,tv_spend,note\n2026-01-01,1,,a\n2026-01-02,1,1,b\n"

        send(browser, "import", text, empty=empty)

        spend = DailyMetric.unscoped.filter(channel="tv").order_by("date")
        assert spend.values_list("spend_micros", flat=True).first() == kept

    def test_keeps_an_answer_beside_what_empty_cells_are(self, browser):
        text = "day;sales;empty\n2026-01-01;1;1.234\n2026-01-02;1;\n"
        columns = {"column": ["day", "sales", "empty"], "use": ["date", "revenue", "spend"]}
        answered = {"asked": "empty", "answer": "decimal ,", "channel": ["", "", "tv"]}

        send(browser, "import", text, empty="zero", **columns, **answered)

        spend = DailyMetric.unscoped.filter(channel="tv").order_by("date")
        assert [*spend.values_list("spend_micros", flat=True)] == [1234_000_000, 0]

    def test_keeps_what_was_said_of_empty_cells(self, browser):
        text = send(browser, "check", empty="zero").content.decode()

        assert fields_of(text)["empty"] == ["zero"]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"grain": "year"}, "grain: "),
            ({"empty": "nothing"}, "sales.empty: "),
            ({"level": "campaign"}, "Name the column that holds each row"),
            ({"channel": ["", "", "\u202etv", ""]}, "channel \u202etv: "),
            ({"use": ["date", "sp\u00e4nd", "spend", ""]}, "sp\u00e4nd: "),
        ],
    )
    def test_names_what_does_not_fit_in_the_words_of_the_page(self, browser, changes, words):
        assert words in send(browser, "check", **changes).content.decode()

    def test_tells_days_gaps_and_what_is_left_out(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-01,1,1,a\n2026-01-04,1,1,b\nTotal,2,2,\n"
        shown = send(browser, "check", text).content.decode()

        assert "Its days are 2026-01-01 to 2026-01-04; each row is of a day." in shown
        assert "No row is of 2026-01-02 to 2026-01-03." in shown
        assert "1 row was left out: of totals (line 4)." in shown

    def test_counts_more_errors_than_it_lists(self, browser):
        rows = "".join(f"2026-01-01,x{number},1,a\n" for number in range(60))
        for step in ("check", "import"):
            text = send(browser, step, f"day,sales,tv_spend,note\n{rows}").content.decode()

            assert "60 things are wrong in the file; the first 50 are listed." in text

    def test_shows_what_is_wrong_by_line_beside_the_choices(self, browser):
        text = send(browser, "check", GOOD + "2026-01-03,x,1,c\n").content.decode()

        assert "Line 4, sales" in text
        assert '<option value="spend" selected>' in text

    def test_imports_whole_or_not_at_all(self, browser):
        refused = send(browser, "import", GOOD + "2026-01-03,x,1,c\n").content.decode()
        assert "Nothing was imported" in refused
        assert DailyMetric.unscoped.count() == 0

        taken = send(browser, "import").content.decode()

        assert "2 rows from 2026-01-01 to 2026-01-02" in taken
        assert DailyMetric.unscoped.count() == 4
        assert "weeks.csv" in taken

    def test_says_that_the_same_file_changed_nothing(self, browser):
        send(browser, "import")

        assert "nothing had to change" in send(browser, "import").content.decode()
        assert CsvImport.unscoped.count() == 1

    def test_is_a_whole_page_without_htmx(self, browser):
        text = send(browser, "check", headers={}).content.decode()

        assert "<html" in text
        assert "2 rows look good" in text

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"currency": "euro"}, "three capital letters"),
            ({"source": ""}, "required"),
            ({"use": ["", "revenue", "spend", ""]}, "which column is the day"),
            ({"channel": ["", "", "=tv()", ""]}, "formula"),
            ({"column": ["gone", "sales", "tv_spend", "note"]}, "no column"),
        ],
    )
    def test_says_what_to_correct(self, browser, changes, words):
        assert words in send(browser, "import", **changes).content.decode()
        assert CsvImport.unscoped.count() == 0

    def test_escapes_what_the_file_says(self, browser):
        text = send(browser, READ, "<script>alert(1)</script>,b\n").content.decode()

        assert "<script>" not in text
        assert "&lt;script&gt;" in text

    def test_shows_the_api_for_very_wide_files(self, browser):
        wide = ",".join(f"c{number}" for number in range(301)) + "\n"

        text = send(browser, READ, wide).content.decode()

        assert "The file has 301 columns, and this page can show 300." in text
        assert 'href="/api/docs/"' in text

    def test_needs_the_permission_and_the_form_s_token(
        self, client, registered, token_of, make_principal
    ):
        client.cookies["omnify-access"] = token_of(make_principal("viewer"))
        assert client.get(PAGE).status_code == 403
        assert send(client, "import").status_code == 403
        strict = Client(enforce_csrf_checks=True)
        strict.post("/app/auth/sign-in", CREDENTIALS)
        strict.cookies["omnify-access"] = token_of(make_principal())

        assert send(strict, "import").status_code == 403
        assert CsvImport.unscoped.count() == 0

    def test_tells_what_a_file_takes_away_before_and_after(self, browser):
        case = "03-second-file-nulls-the-first"
        chosen = {
            "column": ["day", "g", "f"],
            "use": ["date", "spend", "spend"],
            "channel": ["", "google", "facebook"],
        }
        fewer = {name: values[:2] for name, values in chosen.items()}
        send(browser, "import", read_case(case, "c.csv"), **chosen)
        less = read_case(case, "d.csv")

        checked = send(browser, "check", less, **fewer).content.decode()
        taken = send(browser, "import", less, **fewer).content.decode()

        assert "What the file takes away" in checked
        assert re.search(r"facebook.*spend.*2026-03-02 to 2026-03-02 \(1 with", checked, re.DOTALL)
        assert "It took away numbers of 1 thing that it no longer names." in taken
        assert "takes away" not in send(browser, "check").content.decode()
