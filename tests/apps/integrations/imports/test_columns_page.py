"""A person says what the columns of a file are."""

import re
from uuid import uuid4

import pytest

from apps.integrations.imports.pages import deciding
from apps.integrations.models import Connection, CsvImport, DailyMetric
from tests.apps.integrations.imports.pages import (
    CHECK,
    CHOSEN,
    GOOD,
    HTMX,
    IMPORT,
    READ,
    choose,
    fields_of,
    read,
    send,
    text_of,
    upload,
    words_of,
)
from tests.apps.integrations.imports.reading.workbooks import workbook_of

pytestmark = pytest.mark.django_db
RIVALS = "Day,Net sales,Total sales,tv_spend\n2026-09-01,9.5,8.5,1\n"


class TestColumnsStep:
    def test_suggests_what_the_columns_are(self, browser):
        fields = read(browser, GOOD)

        assert fields["use"] == ["date", "revenue", "spend", ""]
        assert fields["channel"] == ["", "", "tv", ""]

    def test_shows_samples_and_how_sure_each_use_is(self, browser):
        words = words_of(send(browser, READ, GOOD.replace("tv_spend", "spend")))

        assert "4 columns: 3 used, 1 not imported" in words
        assert re.search(r"sales 100.5 · -3 Use of sales", words)
        assert re.search(r"Use of spend .* Known Its name says so.", words)
        assert re.search(r"Use of sales .* Guess By its name and its cells.", words)
        assert re.search(r"Use of note .* Not imported Its cells are not numbers.", words)

    def test_says_why_a_row_of_another_kind_does_not_take_a_column(self, browser):
        address = upload(browser)["Location"]
        choose(browser, address, kind="orders", again="1")

        words = words_of(browser.get(address))

        assert re.search(
            r"Use of tv_spend .* Not imported Rows of this kind do not have it.", words
        )

    def test_says_that_a_path_does_not_need_a_number(self, browser):
        paths = "day,path,conversions,clicks\n2026-01-01,a > b,3,7\n2026-01-02,b > a,2,9\n"

        words = words_of(send(browser, READ, paths))

        assert re.search(r"Use of clicks .* Not imported Paths of touches do not need it.", words)

    def test_keeps_what_was_chosen_when_one_comes_back(self, browser):
        address = upload(browser)["Location"]
        chosen = {**CHOSEN, "use": ["date", "", "spend", ""], "channel": ["", "", "radio", ""]}
        choose(browser, address, **chosen, currency="EUR", source="shop")

        answer = browser.get(address, headers=HTMX)

        fields = fields_of(text_of(answer))
        assert fields["use"] == ["date", "", "spend", ""]
        assert fields["channel"][2] == "radio"
        assert (fields["currency"], fields["source"]) == (["EUR"], ["shop"])
        assert "Your choice" in text_of(answer)
        assert "You left it out." in text_of(answer)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"currency": "ERU"}, "not a currency"),
            ({"currency": "euro"}, "at most 3 characters"),
            ({"source": "shop\u202e"}, "direction of writing"),
            ({"source": ""}, "required"),
            ({"grain": "year"}, "Select a valid choice"),
            ({"use": ["", "revenue", "spend", ""]}, "which column is the day"),
            ({"level": "campaign"}, "Name the column that holds each row"),
            ({"channel": ["", "", "=tv()", ""]}, "formula"),
            ({"channel": ["", "", "\u202etv", ""]}, "channel \u202etv: "),
            ({"use": ["date", "sp\u00e4nd", "spend", ""]}, "sp\u00e4nd: "),
            ({"currency": ""}, "Say which currency"),
        ],
    )
    def test_says_what_to_correct_and_keeps_what_was_typed(self, browser, changes, words):
        answer = send(browser, IMPORT, **{**changes, "empty": "zero"})

        assert words in text_of(answer)
        assert answer.status_code == 400
        assert fields_of(text_of(answer))["empty"] == ["zero"]
        assert CsvImport.unscoped.count() == 0

    def test_says_beside_a_column_what_is_wrong_with_it(self, browser):
        answer = send(browser, CHECK, use=["date", "revenue", "revenue", ""], channel=[""] * 4)

        assert re.search(
            r'id="problem-3" role="alert">.sales. and .tv_spend. are both',
            text_of(answer).replace("&#x27;", "'"),
        )

    def test_says_which_column_is_gone(self, browser):
        answer = send(browser, CHECK, column=["gone", "sales", "tv_spend", "note"])

        assert "There is no column" in text_of(answer)

    def test_takes_the_currency_of_the_file_or_asks_for_it(self, browser):
        named = GOOD.replace("sales", "sales (USD)")
        address = upload(browser, named)["Location"]

        assert read(browser, named)["currency"] == ["USD"]
        assert "fill it in below" in text_of(send(browser, READ))
        choose(browser, address, currency="EUR")
        doubted = text_of(browser.get(address))
        assert "The currency below is EUR; by the file, or else your organization," in doubted

    def test_keeps_the_columns_of_another_kind_that_both_have(self, browser):
        address = upload(browser)["Location"]

        def change(kind):
            assert choose(browser, address, kind=kind, again="1")["Location"] == address
            return fields_of(text_of(browser.get(address, headers=HTMX)))

        orders, paths = change("orders"), change("touchpoints")

        assert (orders["kind"], paths["kind"]) == (["orders"], ["touchpoints"])
        assert orders["use"] == ["date", "revenue", "", ""]
        assert paths["use"] == ["at", "", "", ""]
        assert not {"grain", "level"} & orders.keys()

    def test_asks_which_column_is_the_revenue_and_takes_the_answer(self, browser):
        address = upload(browser, RIVALS)["Location"]
        asked = words_of(browser.get(address))
        undecided = choose(browser, address, currency="EUR")
        early = browser.get(address.replace(READ, CHECK))
        decided = choose(browser, address, currency="EUR", **{"decision-0": "revenue\t\tNet sales"})
        browser.post(address.replace(READ, IMPORT))

        assert re.search(r"Which column is the revenue\? .*Net sales 9\.5 in all", asked)
        assert "Choose one of these." in text_of(undecided)
        assert early["Location"] == address
        assert decided["Location"].endswith("/check")
        assert DailyMetric.unscoped.get(channel="").revenue_micros == 9_500_000
        assert "Which column" not in text_of(browser.get(address))

    def test_asks_whether_a_column_is_an_amount_or_a_count(self, browser):
        address = upload(browser, "day,sales,tv_spend\n2026-01-01,5,1.5\n")["Location"]

        assert re.search(
            r"What is “sales”\? .*sales 5 in all .*sales, as conversions 5 in all",
            words_of(browser.get(address)),
        )

    def test_asks_whether_a_total_or_the_channels_count(self, browser):
        text = "day,spend,tv_spend,radio_spend\n2026-01-01,40,10,20\n2026-01-02,41,11,21\n"
        address = upload(browser, text)["Location"]
        asked = words_of(browser.get(address))
        choose(browser, address, currency="EUR", **{"decision-0": deciding.NONE})
        browser.post(address.replace(READ, IMPORT))

        assert re.search(
            r"Which column is the spend\? .*The spend of the channels 62 in all", asked
        )
        assert "None of them" not in asked
        rows = DailyMetric.unscoped.values_list("channel", flat=True)
        assert set(rows) == {"tv", "radio"}

    def test_takes_a_use_for_the_answer_or_none_of_the_columns(self, browser):
        address = upload(browser, RIVALS)["Location"]
        used = choose(browser, address, currency="EUR", use=["date", "", "revenue", "spend"])
        none = choose(
            browser,
            address,
            use=["date", "", "", "spend"],
            channel=["", "", "", "tv"],
            **{"decide": "revenue", "decision-0": deciding.NONE},
        )
        browser.post(address.replace(READ, IMPORT))

        assert used["Location"] == none["Location"]
        assert [row.revenue_micros for row in DailyMetric.unscoped.all()] == [None]

    def test_reads_the_sheet_that_was_chosen(self, browser):
        sheets = {"Notes": [["a", "b"], ["x", "y"]], "May": [["day", "sales"], ["2026-05-01", 7]]}
        content = workbook_of(*sheets.values(), names=[*sheets])
        address = upload(browser, content, name="book.xlsx")["Location"]

        choose(browser, address, sheet="May", again="1")
        answer = choose(browser, address, currency="EUR")
        browser.post(address.replace(READ, IMPORT))

        assert answer["Location"].endswith("/check")
        assert DailyMetric.unscoped.get().revenue_micros == 7_000_000

    def test_offers_other_sheets_where_the_first_has_no_table(self, browser):
        content = workbook_of([], [["day", "sales"], ["2026-05-01", 7]], names=["Empty", "May"])
        answer = send(browser, READ, content, name="book.xlsx")

        assert "The sheet is empty" in text_of(answer)
        assert '<option value="May">' in text_of(answer)

    def test_offers_brands_where_there_are_any(self, browser, registered):
        assert "brand" not in read(browser, GOOD)
        for name in ("Zeta", "Alpha"):
            registered.post("/api/organizations/brands", {"name": name}, format="json")
        page = text_of(send(browser, READ))
        [brand] = re.findall(r'<option value="([0-9a-f-]+)">Alpha', page)

        send(browser, IMPORT, brand=brand)

        assert page.index("Alpha") < page.index("Zeta")
        assert str(Connection.unscoped.get().brand_id) == brand

    def test_refuses_a_brand_that_is_not_the_organizations(self, browser, registered):
        registered.post("/api/organizations/brands", {"name": "Alpha"}, format="json")

        assert "Select a valid choice" in text_of(send(browser, IMPORT, brand=str(uuid4())))
        assert CsvImport.unscoped.count() == 0

    def test_escapes_what_the_file_says(self, browser):
        text = text_of(send(browser, READ, "<script>alert(1)</script>,b\n2026-01-01,1\n"))

        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
