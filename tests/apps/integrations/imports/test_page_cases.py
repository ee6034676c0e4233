"""Files as people have them, imported on the page: change nothing, import."""

import json

import pytest

from apps.integrations.contract import MEASURES
from apps.integrations.models import CsvImport, DailyMetric
from tests.apps.integrations.imports.pages import CHECK, IMPORT, read, send, upload
from tests.apps.integrations.requests import send as send_to_api
from tests.apps.integrations.requests import spend_of
from tests.cases import FOLDER

pytestmark = pytest.mark.django_db
GOOGLE, META, DELIMITER = "09-google-ads-export", "11-meta-totals-row", "14-delimiter"
AS_THEY_ARE = [
    "02-german-thousands/input.csv",
    "06-partial-last-week/until_tuesday.csv",
    "07-previous-period/weekly.csv",
    f"{GOOGLE}/input.csv",
    f"{GOOGLE}/dashes.csv",
    "10-linkedin-utf16/input.csv",
    "10-linkedin-utf16/plain_utf16.csv",
    f"{META}/detail.csv",
    f"{META}/blank_results.csv",
    "12-shopify-and-other-exports/shopify.csv",
    "12-shopify-and-other-exports/tiktok.csv",
    "13-page-proposals/google.csv",
    *(f"{DELIMITER}/{name}.csv" for name in ("blank", "bom2", "dup", "nbsp", "nfd", "quoted")),
    *(f"{DELIMITER}/{name}.csv" for name in ("sep", "tab")),
]
ROW = ("level", "channel", "account", "campaign", "ad", "date", "last_date", "currency")


def import_as_it_is(client, name):
    content = (FOLDER / name).read_bytes()
    fields = read(client, content)
    currency = fields["currency"][0] or "EUR"
    answer = send(client, IMPORT, content, currency=currency, source=fields["source"])
    return answer.content.decode()


def rows_of(connection_ids):
    names = [f"{measure.name}_micros" for measure in MEASURES]
    rows = DailyMetric.unscoped.filter(connection_id__in=connection_ids)
    return sorted(rows.values_list(*ROW, *names), key=str)


class TestProposals:
    @pytest.mark.parametrize("name", AS_THEY_ARE)
    def test_give_the_same_numbers_on_the_page_and_over_the_api(self, browser, owner, name):
        content = (FOLDER / name).read_bytes()
        proposal = send_to_api(owner, content, query="?preview=true", mapping=None).json()[
            "proposal"
        ]
        proposal["currency"] = proposal["currency"] or "EUR"
        answer = send_to_api(owner, content, json.dumps(proposal))
        assert answer.status_code == 201, answer.json()

        said = import_as_it_is(browser, name)

        assert "imported as" in said
        over_api, on_page = CsvImport.unscoped.order_by("id").select_related("connection")
        assert over_api.organization_id != on_page.organization_id
        assert over_api.connection.name == on_page.connection.name
        kept = rows_of([on_page.connection_id])
        assert kept == rows_of([over_api.connection_id])
        assert kept

    @pytest.mark.parametrize(
        ("headers", "used"),
        [
            ("Day,Link clicks,Clicks (all),Amount spent (EUR)", "Amount spent (EUR)"),
            ("Start Date (in UTC),Viral Clicks,Clicks,Total Spent", "Clicks"),
            ("Date,Total cost,Cost,Impressions", "Cost"),
            ("Day,All conversions,Conversions,Spend", "Conversions"),
        ],
    )
    def test_have_no_channel_that_is_a_kind_of_a_measure(self, browser, headers, used):
        fields = read(browser, f"{headers}\n2026-09-01,1,2,3\n2026-09-02,1,2,3\n")

        assert not {"link", "viral", "total", "all"} & {name.lower() for name in fields["channel"]}
        assert dict(zip(fields["column"], fields["use"], strict=True))[used]

    def test_take_googles_cost_and_no_average(self, browser, registered):
        import_as_it_is(browser, "13-page-proposals/google.csv")

        assert spend_of(registered)["spend"] == "1256.50"


class TestFilesOfOneSource:
    def test_add_measures_to_each_other(self, browser, registered):
        for name in ("a.csv", "b.csv"):
            import_as_it_is(browser, f"03-second-file-nulls-the-first/{name}")

        query = {"measures": ["spend", "clicks"], "from": "2026-01-01", "to": "2026-12-31"}
        totals = registered.post("/api/analytics/query", query, format="json").json()["totals"]
        assert totals == {"spend": "200.00", "clicks": "100"}


class TestFilesThatAreWrong:
    def test_name_the_line_where_a_quote_was_opened(self, browser):
        content = (FOLDER / DELIMITER / "unclosed.csv").read_bytes()

        text = upload(browser, content).content.decode()

        assert "Line 2: A quote that opens here is never closed." in text

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("typo", ["Line 11, d: ", "1 thing is wrong"]),
            ("sentinel", ["40 things are wrong in the file. "]),
        ],
    )
    def test_name_days_of_the_far_future(self, browser, name, words):
        content = (FOLDER / "21-dates-of-the-far-future" / f"{name}.csv").read_bytes()
        columns = {"column": ["d", "r"], "use": ["date", "revenue"], "channel": ["", ""]}

        text = send(browser, IMPORT, content, **columns).content.decode()

        assert all(each in text for each in words)
        assert "Nothing was imported" in text

    def test_name_a_currency_that_does_not_exist(self, browser):
        content = (FOLDER / "23-currency-typo" / "input.csv").read_bytes()

        assert "not a currency" in send(browser, CHECK, content, currency="ERU").content.decode()
