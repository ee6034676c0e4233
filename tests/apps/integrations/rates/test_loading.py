"""Rates for all organizations, from files as the European Central Bank writes them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.integrations.rates.models import SharedRate
from omnify.events.models import Outbox
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db
HISTORY = "Date,USD,JPY,CYP,\n2026-11-27,1.0543,158.21,N/A,\n2026-11-26,1.05,158,0.5853,\n"
DAY = "Date, USD, JPY, \n27 November 2026, 1.0600, 159.00, \n"


@pytest.fixture
def load(tmp_path):
    def run(text):
        file, said = tmp_path / "rates.csv", StringIO()
        file.write_text(text)
        call_command("rates", "load", str(file), stdout=said)
        return said.getvalue()

    return run


def kept():
    rows = SharedRate.objects.order_by("date", "currency")
    return [(str(row.date), row.base, row.currency, row.rate) for row in rows]


class TestLoad:
    def test_keeps_the_rates_of_known_currencies(self, load, owner):
        said = load(HISTORY)

        assert kept() == [
            ("2026-11-26", "EUR", "JPY", "158"),
            ("2026-11-26", "EUR", "USD", "1.05"),
            ("2026-11-27", "EUR", "JPY", "158.21"),
            ("2026-11-27", "EUR", "USD", "1.0543"),
        ]
        assert said.startswith("4 rates of 2 days loaded;")
        shared = owner.get("/api/integrations/rates?shared=true").json()["results"]
        assert {row["source"] for row in shared} == {"ECB"}

    def test_replaces_those_of_the_same_day(self, load):
        load(HISTORY)
        load(DAY)

        assert kept()[2:] == [
            ("2026-11-27", "EUR", "JPY", "159"),
            ("2026-11-27", "EUR", "USD", "1.06"),
        ]

    def test_tells_the_organizations_that_have_data(self, load, owner):
        make_connection(owner.organization_id)
        make_connection(owner.organization_id)

        load(HISTORY)

        [event] = Outbox.objects.filter(topic="integrations.rates.changed")
        assert b"2026-11-26" in bytes(event.payload)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "The file is empty"),
            ("<html>", "It is no file of exchange rates"),
            ("Date,USD,JPY,\n2026-11-27,1,2,\nlast week,1,2,\n", "It is no file of exchange"),
            ("Date,USD,JPY,\n2026-11-27,much,2,\n", "line 2: 'much' is not a number"),
            ("Date,USD,JPY,\n2026-11-27,-1,2,\n", "is not more than 0"),
            ("Date,USD,JPY,\n2999-11-27,1,2,\n", "2999-11-27' is after tomorrow"),
            ("Date,USD,JPY,\n02/03/2026,1,2,\n", "can be read in several ways"),
        ],
    )
    def test_of_another_file_keeps_nothing_and_says_why(self, load, text, words):
        with pytest.raises(CommandError, match=words):
            load(text)

        assert kept() == []
