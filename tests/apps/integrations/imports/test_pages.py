"""A person imports a file: choose, check, import."""

import io
import re

import pytest
from django.test import Client

from apps.integrations.models import CsvImport, DailyMetric, Order, Touchpoint
from tests.apps.integrations.imports.conftest import CREDENTIALS
from tests.apps.integrations.imports.pages import (
    CHECK,
    CHOSEN,
    GOOD,
    IMPORT,
    PAGE,
    READ,
    choose,
    read,
    send,
    text_of,
    upload,
    words_of,
)
from tests.cases import read_case

pytestmark = pytest.mark.django_db
ASKED = "day,sales,tv_spend,note\n2026-01-01,1.234,10,a\n"
ANSWER = {"asked": ["sales"], "answer-0": "decimal ,"}


class TestFileStep:
    def test_leads_to_the_columns_of_the_file(self, browser):
        answer = upload(browser)

        assert answer.status_code == 303
        assert "weeks.csv" in text_of(browser.get(answer["Location"]))

    @pytest.mark.parametrize(
        ("files", "words"),
        [
            ([GOOD, GOOD], "Choose one file"),
            ([""], "nothing in this file"),
            ([], "Choose a file first"),
            (["day,sales\n\n\n"], "rows"),
        ],
    )
    def test_names_what_cannot_be_taken_beside_the_file(self, browser, files, words):
        answer = browser.post(PAGE, {"file": [io.BytesIO(text.encode()) for text in files]})

        assert answer.status_code == 400
        assert words in text_of(answer).partition('id="id_file_error"')[2]

    def test_shows_the_api_for_very_wide_files(self, browser):
        wide = ",".join(f"c{number}" for number in range(301)) + "\n2026-01-01" + ",1" * 300 + "\n"

        answer = upload(browser, wide)

        assert "The file has 301 columns, and this page can show 300." in text_of(answer)
        assert "through the API" in text_of(answer)

    @pytest.mark.parametrize("kind", ["metrics", "orders", "touchpoints"])
    def test_offers_samples_that_can_be_imported(self, browser, kind):
        sample = browser.get(f"{PAGE}samples/{kind}")

        assert f'href="{PAGE}samples/{kind}"' in text_of(browser.get(PAGE))
        assert "attachment" in sample["Content-Disposition"]
        fields = read(browser, sample.content)
        answer = send(browser, IMPORT, sample.content, use=fields["use"])
        assert fields["kind"] == [kind]
        assert "The file was imported" in text_of(answer)

    def test_has_no_other_samples(self, browser):
        assert browser.get(f"{PAGE}samples/prices").status_code == 404


class TestCheckStep:
    def test_shows_sums_by_channel_and_measure_without_writing(self, browser):
        words = words_of(
            send(
                browser,
                CHECK,
                GOOD.replace("note", "mail_spend").replace(",a", ",2").replace(",b", ",3"),
            )
        )

        assert "2 rows look good" in words
        assert re.search(
            r"The organization 97\.50 \S+ tv \S+ 10\.00 mail \S+ 5\.00 Total 97\.50 15\.00", words
        )
        assert CsvImport.unscoped.count() == 0

    def test_asks_what_can_be_read_in_several_ways_and_keeps_the_answer(self, browser):
        asked = words_of(send(browser, CHECK, ASKED))
        refused = send(browser, IMPORT, ASKED)
        assert re.search(r"Decimal comma\S* .* 1,234 in all", asked)
        assert "1.234 in all" in asked
        assert refused.status_code == 422
        assert CsvImport.unscoped.count() == 0

        checked = words_of(send(browser, CHECK, ASKED, answers=ANSWER))
        send(browser, IMPORT, ASKED, answers=ANSWER)

        assert "What you answered sales : Decimal comma" in checked
        assert DailyMetric.unscoped.get(channel="").revenue_micros == 1_234_000_000

    def test_asks_two_questions_at_once(self, browser):
        text = "day,sales,tv_spend,note\n01/02/2026,1.234,5,a\n03/04/2026,2.345,5,b\n"
        asked = text_of(send(browser, CHECK, text))
        answers = {"asked": re.findall(r'name="asked" value="(\w+)"', asked)}
        answers |= {f"answer-{answers['asked'].index('day')}": "date_order dmy"}
        answers |= {f"answer-{answers['asked'].index('sales')}": "decimal ,"}

        words = words_of(send(browser, CHECK, text, answers=answers))

        assert "2 columns can be read in several ways" in re.sub(r"\s+", " ", asked)
        assert "1 Feb – 3 Apr 2026" in words
        assert "3,579" in words

    def test_asks_again_when_that_is_wanted(self, browser):
        send(browser, CHECK, ASKED, answers=ANSWER)
        address = upload(browser, ASKED)["Location"].replace(READ, CHECK)
        choose(browser, address.replace(CHECK, READ), currency="EUR")
        browser.post(address, ANSWER)

        again = browser.post(address, {"forget": "sales"}, follow=True)

        assert "can be read in several ways" in words_of(again)

    def test_tells_days_gaps_and_what_is_left_out(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-01,1,1,a\n2026-01-04,1,1,b\nTotal,2,2,\n"
        words = words_of(send(browser, CHECK, text))

        assert "Days 1 Jan – 4 Jan 2026 Each row is of a day" in words
        assert "No row is of 2 Jan – 3 Jan 2026." in words
        assert "1 row was left out: of totals (line 4)." in words

    def test_counts_more_errors_than_it_lists(self, browser):
        rows = "".join(f"2026-01-01,x{number},1,a\n" for number in range(60))
        for step in (CHECK, IMPORT):
            text = text_of(send(browser, step, f"day,sales,tv_spend,note\n{rows}", **CHOSEN))

            assert "60 things are wrong in the file; the first 50 are listed." in text

    def test_shows_what_is_wrong_by_line_and_offers_no_import(self, browser):
        text = text_of(send(browser, CHECK, GOOD + "2026-01-03,x,1,c\n"))

        assert "Line 4, sales" in text
        assert "Import</button>" not in text

    def test_names_what_the_source_has_of_the_days(self, browser):
        send(browser, IMPORT, name="first.csv")

        words = words_of(send(browser, CHECK, GOOD.replace("-3", "7")))

        assert "The source “shop” has a file with some of these days." in words
        assert "first.csv" in words
        assert "has a file" not in words_of(send(browser, CHECK, source="other"))

    def test_tells_what_a_file_takes_away_before_and_after(self, browser):
        case = "03-second-file-nulls-the-first"
        chosen = {
            "column": ["day", "g", "f"],
            "use": ["date", "spend", "spend"],
            "channel": ["", "google", "facebook"],
        }
        fewer = {name: values[:2] for name, values in chosen.items()}
        send(browser, IMPORT, read_case(case, "c.csv"), **chosen)
        less = read_case(case, "d.csv")

        checked = text_of(send(browser, CHECK, less, **fewer))
        taken = text_of(send(browser, IMPORT, less, **fewer))

        assert "What the file takes away" in checked
        assert re.search(r"facebook.*spend.*2\sMar\s2026 \(1 with", checked, re.DOTALL)
        assert re.search(r"What it took away.*facebook", taken, re.DOTALL)
        assert "takes away" not in text_of(send(browser, CHECK))

    def test_names_orders_that_a_file_takes_away(self, browser):
        text = "day,name,buyer,total\n2026-01-01,#1,a,5\n2026-01-01,#2,b,7\n"
        fields = {"kind": "orders", "use": ["date", "order", "customer", "revenue"]}
        fields |= {"column": ["day", "name", "buyer", "total"], "channel": [""] * 4}
        send(browser, IMPORT, text, **fields)

        less = text.replace("2026-01-01,#2,b,7\n", "")
        shown = words_of(send(browser, CHECK, less, **fields))
        assert "order #2 orders 1 Jan 2026" in shown.partition("takes away")[2]

    def test_leads_to_the_columns_until_they_are_chosen(self, browser):
        address = upload(browser, "a,b\n1,2\n")["Location"]

        assert browser.get(address.replace(READ, CHECK))["Location"] == address
        assert browser.post(address.replace(READ, IMPORT))["Location"] == address


class TestImportStep:
    def test_imports_whole_or_not_at_all(self, browser):
        refused = send(browser, IMPORT, GOOD + "2026-01-03,x,1,c\n")
        assert "Nothing was imported" in text_of(refused)
        assert DailyMetric.unscoped.count() == 0

        taken = words_of(send(browser, IMPORT))

        assert "2 rows of 1 Jan – 2 Jan 2026 were imported as 4 metrics in EUR." in taken
        assert "weeks.csv" in taken
        assert DailyMetric.unscoped.count() == 4

    def test_ends_on_a_page_that_can_be_opened_again(self, browser):
        answer = send(browser, IMPORT)
        [(address, status)] = answer.redirect_chain

        assert (address, status) == (f"{PAGE}imports/{CsvImport.unscoped.get().id}", 303)
        assert words_of(browser.get(address)) == words_of(answer)
        assert f'href="{address}/undo"' in text_of(answer)

    def test_can_be_gone_back_from(self, browser):
        address = upload(browser)["Location"]
        choose(browser, address, currency="EUR")
        browser.post(address.replace(READ, IMPORT))

        assert browser.get(address.replace(READ, IMPORT))["Location"].endswith("/check")
        assert "2 rows look good" in text_of(browser.get(address.replace(READ, CHECK)))

    def test_says_that_the_same_file_changed_nothing(self, browser):
        send(browser, IMPORT)

        assert "nothing had to change" in text_of(send(browser, IMPORT))
        assert CsvImport.unscoped.count() == 1

    def test_proposes_orders_as_orders(self, browser):
        content = read_case("12-shopify-and-other-exports", "shopify.csv")
        fields = read(browser, content)
        taken = text_of(send(browser, IMPORT, content, currency="", source=fields["source"]))

        assert fields["kind"] == ["orders"]
        assert fields["source"] == ["shopify"]
        assert "were imported as 1 metric and 1 order in USD." in taken
        assert DailyMetric.unscoped.get().revenue_micros == 113_000_000

    def test_takes_orders_that_name_no_customer(self, browser):
        text = (
            "Order Number,Order Date,Order Total Amount,Item Name\n"
            "7,2026-01-01,10,Lamp\n7,2026-01-01,10,Rug\n"
        )
        send(browser, IMPORT, text)

        assert Order.unscoped.get().customer == ""

    def test_takes_touchpoints(self, browser):
        text = "day,path\n2026-01-01,search > mail\n2026-01-02,mail > search\n"
        fields = read(browser, text)

        assert (fields["kind"], fields["use"]) == (["touchpoints"], ["at", "path"])
        assert "2 rows look good" in text_of(send(browser, CHECK, text, currency=""))
        taken = words_of(send(browser, IMPORT, text, currency=""))
        assert "2 rows of 1 Jan – 2 Jan 2026 were imported as 2 touchpoints." in taken
        assert Touchpoint.unscoped.count() == 2

    def test_takes_rows_for_what_was_chosen(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-05,7,1,a\n"

        send(browser, IMPORT, text, grain="week", level="channel")

        days = DailyMetric.unscoped.values_list("last_date", flat=True)
        assert {str(day) for day in days} == {"2026-01-11"}

    def test_imports_campaigns_of_a_column(self, browser):
        text = "day,sales,tv_spend,note\n2026-01-05,7,1,a\n2026-01-05,7,2,b\n"

        send(browser, IMPORT, text, use=["date", "", "spend", "campaign"])

        rows = DailyMetric.unscoped.values_list("level", "channel", "campaign", "spend_micros")
        assert sorted(rows) == [
            ("campaign", "tv", "a", 1_000_000),
            ("campaign", "tv", "b", 2_000_000),
        ]

    @pytest.mark.parametrize(("empty", "kept"), [("", None), ("zero", 0)])
    def test_takes_empty_cells_as_it_was_said(self, browser, empty, kept):
        text = "day,sales,tv_spend,note\n2026-01-01,1,,a\n2026-01-02,1,1,b\n"

        send(browser, IMPORT, text, empty=empty)

        spend = DailyMetric.unscoped.filter(channel="tv").order_by("date")
        assert spend.values_list("spend_micros", flat=True).first() == kept

    def test_keeps_an_answer_beside_what_empty_cells_are(self, browser):
        text = "day;sales;empty\n2026-01-01;1;1.234\n2026-01-02;1;\n"
        columns = {"use": ["date", "revenue", "spend"], "channel": ["", "", "tv"]}
        answers = {"asked": "empty", "answer-0": "decimal ,"}

        send(browser, IMPORT, text, empty="zero", answers=answers, **columns)

        spend = DailyMetric.unscoped.filter(channel="tv").order_by("date")
        assert [*spend.values_list("spend_micros", flat=True)] == [1234_000_000, 0]

    def test_needs_the_permission_and_the_form_s_token(
        self, client, registered, token_of, make_principal
    ):
        client.cookies["omnify-access"] = token_of(make_principal("viewer"))
        assert client.get(PAGE).status_code == 403
        assert upload(client).status_code == 403
        strict = Client(enforce_csrf_checks=True)
        strict.post("/app/auth/sign-in", CREDENTIALS)
        strict.cookies["omnify-access"] = token_of(make_principal())

        assert upload(strict).status_code == 403
        assert CsvImport.unscoped.count() == 0
