"""The CDNOW sample as a file of orders: cohorts equal to what plain SQL over the raw file says."""

import csv
import io
import sqlite3
from pathlib import Path

import pytest

from tests.apps.integrations.requests import send
from tests.factories.store import settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
FILE = Path(__file__).parents[4] / "data" / "cdnow_sample.txt"
RAW = [line.split() for line in FILE.read_text().splitlines()]
FIRST_QUARTER = "from=1997-01-01&to=1997-03-31"
#: From the first purchases, by cohort and months since: customers who bought, and dollars in cents.
EXPECTED = """
    WITH firsts AS (SELECT who, MIN(day) AS day FROM raw GROUP BY who)
    SELECT SUBSTR(firsts.day, 1, 6),
        (SUBSTR(raw.day, 1, 4) - SUBSTR(firsts.day, 1, 4)) * 12
            + SUBSTR(raw.day, 5, 2) - SUBSTR(firsts.day, 5, 2),
        COUNT(DISTINCT raw.who), SUM(raw.cents)
    FROM raw JOIN firsts USING (who) WHERE firsts.day < '19970401' GROUP BY 1, 2
"""


@pytest.fixture
def shop(owner):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("customer", "day", "quantity", "amount"))
    writer.writerows((who, f"{day[:4]}-{day[4:6]}-{day[6:]}", *rest) for who, _, day, *rest in RAW)
    columns = {"customer": "customer", "quantity": "quantity", "revenue": "amount"}
    mapping = {"kind": "orders", "currency": "USD", "date": "day", **columns}
    assert send(owner, text.getvalue(), mapping).status_code == 201
    settle()
    return owner


def expect():
    """The customers and the cents of each cohort by month, from the raw file."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE raw (who TEXT, day TEXT, cents INTEGER)")
        rows = ((who, day, round(float(amount) * 100)) for who, _, day, _, amount in RAW)
        database.executemany("INSERT INTO raw VALUES (?, ?, ?)", rows)
        return {(cohort, month): rest for cohort, month, *rest in database.execute(EXPECTED)}


def ask(client, measure):
    answer = client.get(f"/api/analytics/cohorts?{FIRST_QUARTER}&measure={measure}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


class TestCohorts:
    def test_are_those_of_the_raw_file(self, shop):
        expected = expect()
        answers = {each: ask(shop, each) for each in ("retention", "revenue", "ltv")}

        sizes = [each["customers"] for each in answers["revenue"]["cohorts"]]
        assert sizes == [expected[cohort, 0][0] for cohort in ("199701", "199702", "199703")]
        for at, cohort in enumerate(("199701", "199702", "199703")):
            size, total = expected[cohort, 0][0], 0
            retention, revenue, ltv = (each["cohorts"][at] for each in answers.values())
            assert retention["period"] == f"{cohort[:4]}-{cohort[4:]}-01"
            for month in range(18 - at):
                buyers, cents = expected.get((cohort, month), (0, 0))
                total += cents
                assert retention["values"][month] == f"{buyers / size:.4f}"
                assert revenue["values"][month] == f"{cents / 100:.2f}"
                assert float(ltv["values"][month]) == pytest.approx(total / size / 100, abs=6e-5)
            assert {*revenue["values"][18 - at :]} == {*[None] * at}

    def test_come_to_the_whole_file(self, shop):
        answer = ask(shop, "revenue")

        assert (len(RAW), sum(each["customers"] for each in answer["cohorts"])) == (6919, 2357)
        values = (value for each in answer["cohorts"] for value in each["values"] if value)
        assert sum(round(float(value) * 100) for value in values) == 24409194
        assert answer["covered_to"] == "1998-06-30"
