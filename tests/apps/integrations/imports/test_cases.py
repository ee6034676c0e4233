"""Files as people have them, imported over the API."""

import json
from datetime import date
from uuid import UUID

import pytest

from apps.integrations.contract import Integrations, OrdersQuery
from apps.integrations.models import DailyMetric
from omnify.context import acting_as
from omnify.services import client_of
from tests.apps.integrations.requests import send
from tests.cases import FOLDER, read_case

pytestmark = pytest.mark.django_db
GOOGLE, LINKEDIN, META = "09-google-ads-export", "10-linkedin-utf16", "11-meta-totals-row"
OTHERS, HEADERS, DELIMITER = (
    "12-shopify-and-other-exports",
    "13-page-proposals",
    "14-delimiter",
)
SECOND = "03-second-file-nulls-the-first"


def send_case(client, case, name, mapping="mapping.json"):
    fields = read_case(case, mapping) if isinstance(mapping, str) else json.dumps(mapping)
    return send(client, (FOLDER / case / name).read_bytes(), json.loads(fields))


def totals(client, *measures):
    query = {"measures": measures, "from": "2026-01-01", "to": "2026-12-31"}
    return client.post("/api/analytics/query", query, format="json").json()["totals"]


class TestCases:
    def test_german_thousands(self, registered):
        assert send_case(registered, "02-german-thousands", "input.csv").status_code == 201
        assert totals(registered, "impressions", "spend") == {
            "impressions": "14566",
            "spend": "2350.00",
        }

    def test_a_second_file_of_other_measures(self, registered):
        send_case(registered, SECOND, "a.csv", "a_mapping.json")
        send_case(registered, SECOND, "b.csv", "b_mapping.json")

        assert totals(registered, "spend", "clicks", "cpc") == {
            "spend": "200.00",
            "clicks": "100",
            "cpc": "2.0000",
        }

    def test_a_corrected_file_without_a_channel(self, registered):
        send_case(registered, SECOND, "c.csv", "c_mapping.json")
        answer = send_case(registered, SECOND, "d.csv", "d_mapping.json").json()

        assert totals(registered, "spend") == {"spend": "90.00"}
        assert [each["channel"] for each in answer["removed"]] == ["facebook"]

    @pytest.mark.parametrize(
        ("file", "measure", "total"),
        [
            ((GOOGLE, "input.csv", "mapping.json"), "spend", "1256.50"),
            ((GOOGLE, "dashes.csv", "dashes_mapping.json"), "spend", "10.00"),
            ((GOOGLE, "dashes.csv", "dashes_mapping.json"), "conversions", None),
            ((LINKEDIN, "input.csv", "mapping.json"), "spend", "1234.50"),
            ((LINKEDIN, "plain_utf16.csv", "mapping.json"), "spend", "1.00"),
            ((META, "detail.csv", "mapping.json"), "spend", "250.00"),
            ((META, "blank_results.csv", "blank_mapping.json"), "spend", "250.00"),
            ((OTHERS, "shopify.csv", "mapping.json"), "revenue", "113.00"),
            ((OTHERS, "tiktok.csv", "tiktok_mapping.json"), "spend", "10.00"),
            ((OTHERS, "klaviyo.csv", "klaviyo_mapping.json"), "attributed_revenue", "1234.50"),
        ],
    )
    def test_exports(self, registered, file, measure, total):
        answer = send_case(registered, *file)

        assert answer.status_code == 201, answer.json()
        assert totals(registered, measure)[measure] == total

    def test_an_export_of_orders_has_each_order_once(self, registered, make_principal):
        content = (FOLDER / OTHERS / "shopify.csv").read_bytes()
        proposal = send(registered, content, query="?preview=true", mapping=None).json()["proposal"]

        answer = send(registered, content, proposal).json()

        assert (answer["orders"], answer["metrics"]) == (1, 1)
        assert totals(registered, "revenue", "orders") == {"revenue": "113.00", "orders": "1"}
        organization_id = registered.get("/api/organizations/me").json()["id"]
        with acting_as(make_principal(organization_id=UUID(organization_id))):
            query = OrdersQuery(from_date=date(2026, 1, 1), to_date=date(2026, 12, 31))
            [order] = client_of(Integrations).orders(query).orders
        assert (order.number, order.currency) == ("#1001", "USD")
        assert (order.revenue_micros, order.quantity_micros) == (113_000_000, 2_000_000)

    def test_orders_are_of_their_day_alone(self, registered):
        send_case(registered, OTHERS, "shopify.csv")

        [metric] = DailyMetric.unscoped.all()
        assert (metric.level, metric.date, metric.last_date) == (
            "organization",
            metric.date,
            metric.date,
        )

    @pytest.mark.parametrize("name", ["google.csv"])
    def test_a_proposal_is_right_as_it_is(self, registered, name):
        content = (FOLDER / HEADERS / name).read_bytes()
        proposal = send(registered, content, query="?preview=true", mapping=None)
        answer = send(registered, content, proposal.json()["proposal"])

        assert answer.status_code == 201, answer.json()
        assert totals(registered, "spend")["spend"] == "1256.50"
        assert {*DailyMetric.unscoped.values_list("channel", flat=True)} == {"google"}

    @pytest.mark.parametrize(
        ("name", "column", "measure"),
        [
            ("blank.csv", "Kosten", "spend"),
            ("bom2.csv", "Kosten", "spend"),
            ("dup.csv", "Kosten", "spend"),
            ("nbsp.csv", "Kosten EUR", "spend"),
            ("nfd.csv", "Ums\u00e4tze", "revenue"),
            ("quoted.csv", "Kosten, netto, EUR", "spend"),
            ("sep.csv", "Kosten", "spend"),
            ("tab.csv", "Kosten, netto, EUR", "spend"),
        ],
    )
    def test_delimiters_and_names(self, registered, name, column, measure):
        channels = [{"name": "google", measure: column}]
        mapping = {"date": "Datum", "currency": "EUR", "channels": channels}

        answer = send_case(registered, DELIMITER, name, mapping)

        assert answer.status_code == 201, answer.json()
        asked = "attributed_revenue" if measure == "revenue" else measure
        assert totals(registered, asked)[asked] == "5.00"

    def test_names_the_line_of_an_unclosed_quote(self, registered):
        channels = [{"name": "google", "spend": "Kosten"}]
        mapping = {"date": "Datum", "currency": "EUR", "channels": channels}

        answer = send_case(registered, DELIMITER, "unclosed.csv", mapping)

        assert (answer.status_code, answer.json()["errors"][0]["line"]) == (400, 2)

    def test_a_sign_that_currencies_share_is_asked_about(self, registered):
        content = b'Campaign Name,Send Time,Placed Order Value\nA,2026-09-01 10:00,"$1,234.50"\n'
        # The first import settles the organization's currency: EUR.
        send(registered)

        found = send(registered, content, query="?preview=true", mapping=None).json()
        refused = send(registered, content, found["proposal"])
        taken = send(registered, content, found["proposal"] | {"currency": "USD"})

        assert (found["proposal"]["currency"], found["currencies"][0]) == (None, "USD")
        assert [each["field"] for each in refused.json()["errors"]] == ["currency"]
        assert (refused.status_code, taken.status_code) == (400, 201)

    def test_several_columns_of_revenue_are_asked_about(self, registered):
        content = b"Day,Net sales,Total sales\n2026-09-01,12.5,8.5\n"
        # The first import settles the organization's currency: EUR; its revenue is 97.50.
        send(registered)
        found = send(registered, content, query="?preview=true", mapping=None).json()

        refused = send(registered, content, found["proposal"])
        [question] = refused.json()["questions"]
        answers = {each["option"]: each["value"] for each in question["readings"][1:]}
        taken = send(registered, content, found["proposal"] | answers)

        assert (refused.status_code, refused.json()["code"]) == (422, "csv_ambiguous")
        assert refused.json()["questions"] == found["questions"]
        assert (question["field"], answers) == ("Total sales", {"revenue": "Net sales"})
        assert taken.status_code == 201
        assert totals(registered, "revenue")["revenue"] == "110.00"
