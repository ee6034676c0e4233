"""An import can be undone: what the remaining ones give counts then."""

from uuid import uuid4

import pytest

from apps.integrations.imports.operations import importing
from apps.integrations.models import Connection, CsvImport, DailyMetric, Layer, LayerChunk
from omnify.events.models import Outbox
from tests.apps.integrations.requests import MAPPING, send, spend_of
from tests.factories.integrations import make_connection, make_import
from tests.world import run_jobs

IMPORTS = "/api/integrations/imports"
WEEKS = {**MAPPING, "grain": "week"}


def undo(client, answer, **headers):
    return client.delete(f"{IMPORTS}/{answer.json()['import_id']}", headers=headers or None)


@pytest.mark.django_db
class TestUndo:
    def test_of_the_only_import_leaves_nothing(self, registered):
        made = send(registered)

        assert undo(registered, made).status_code == 204
        assert registered.get(IMPORTS).json()["results"] == []
        assert not DailyMetric.unscoped.exists()
        assert not Layer.unscoped.exists()
        assert not LayerChunk.unscoped.exists()
        assert Connection.unscoped.get().complete_levels == {}

    def test_of_the_newest_brings_back_what_it_replaced(self, registered):
        send(registered)
        made = send(registered, "day,sales,tv\n2026-01-02,7,5\n2026-01-03,1,1\n")

        undo(registered, made)

        assert spend_of(registered) == {"spend": "10.00", "revenue": "97.50"}
        assert DailyMetric.unscoped.count() == 4

    def test_of_an_earlier_one_leaves_what_came_later(self, registered):
        made = send(registered)
        send(registered, "day,sales,tv\n2026-01-02,7,5\n2026-01-03,1,1\n")

        undo(registered, made)

        assert spend_of(registered) == {"spend": "6.00", "revenue": "8.00"}

    def test_happens_once(self, registered):
        made = send(registered)
        before = Outbox.objects.count()

        answers = [undo(registered, made).status_code for _ in range(2)]

        assert answers == [204, 204]
        assert Outbox.objects.count() == before + 1

    def test_happens_once_per_key(self, registered):
        made = send(registered)

        answers = [undo(registered, made, **{"idempotency-key": "u"}) for _ in range(2)]

        assert [each.status_code for each in answers] == [204, 204]

    def test_lets_the_same_file_be_a_new_import(self, registered):
        made = send(registered)
        undo(registered, made)

        again = send(registered)

        assert (again.status_code, again.json()["unchanged"]) == (201, False)
        assert again.json()["import_id"] != made.json()["import_id"]
        assert spend_of(registered) == {"spend": "10.00", "revenue": "97.50"}

    def test_lets_a_key_be_answered_as_before(self, registered):
        headers = {"idempotency-key": "import-1"}
        made = send(registered, headers=headers)
        undo(registered, made)

        again = send(registered, headers=headers)

        assert again.json()["import_id"] == made.json()["import_id"]
        assert not DailyMetric.unscoped.exists()

    def test_frees_a_level(self, registered):
        made = send(registered)
        undo(registered, made)
        text = "day,name,tv\n2026-01-01,spring,1\n"
        channels = [{"name": "tv", "spend": "tv"}]
        mapping = {"date": "day", "currency": "EUR", "campaign": "name", "channels": channels}

        assert send(registered, text, mapping).status_code == 201

    def test_of_another_organization_finds_nothing(self, registered):
        foreign = make_import(make_connection(uuid4()))

        answer = registered.delete(f"{IMPORTS}/{foreign.id}")

        assert (answer.status_code, answer.json()["code"]) == (404, "import_not_found")
        assert CsvImport.unscoped.get().state == "active"

    def test_needs_the_permission(self, client_for, make_principal):
        answer = client_for(make_principal("viewer")).delete(f"{IMPORTS}/{uuid4()}")

        assert (answer.status_code, answer.json()["permission"]) == (403, "integration:connect")

    def test_is_refused_where_it_is_not_known_what_was_brought(self, client_for, make_principal):
        owner = make_principal()
        made = make_import(make_connection(owner.organization_id), is_kept=False)

        answer = client_for(owner).delete(f"{IMPORTS}/{made.id}")

        assert (answer.status_code, answer.json()["code"]) == (409, "import_not_kept")


@pytest.mark.django_db(transaction=True)
class TestUndoByAJob:
    def test_is_for_large_imports(self, registered, monkeypatch):
        made = send(registered)
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 3)

        answers = [undo(registered, made) for _ in range(2)]

        assert [each.status_code for each in answers] == [202, 202]
        assert answers[0].json() == answers[1].json()
        assert spend_of(registered)["spend"] == "10.00"
        [job] = run_jobs("integrations")
        report = registered.get(answers[0]["Location"]).json()
        assert (job.state, report["done"]) == ("succeeded", report["total"])
        assert not DailyMetric.unscoped.exists()
        assert undo(registered, made).status_code == 204

    def test_is_for_what_takes_too_long(self, registered, monkeypatch):
        made = send(registered)
        monkeypatch.setattr(importing, "MAX_SECONDS", -1.0)

        answer = undo(registered, made)

        assert answer.status_code == 202
        assert spend_of(registered)["spend"] == "10.00"
        run_jobs("integrations")
        assert not DailyMetric.unscoped.exists()

    def test_does_nothing_when_it_is_cancelled(self, registered, monkeypatch):
        made = send(registered)
        monkeypatch.setattr(importing, "MAX_SECONDS", -1.0)
        answer = undo(registered, made)

        registered.delete(answer["Location"])
        monkeypatch.undo()
        send(registered, "day,sales,tv\n2026-01-03,1,1\n")

        assert spend_of(registered)["spend"] == "11.00"
        assert len(registered.get(IMPORTS).json()["results"]) == 2


@pytest.mark.django_db
class TestImports:
    def test_tell_who_brought_what(self, registered):
        made = send(registered).json()

        [told] = registered.get(IMPORTS).json()["results"]

        assert told["id"] == made["import_id"]
        assert told["created_by"]
        assert told["created_by_name"]
        assert (told["file_name"], told["source"], told["kind"]) == ("file.csv", "csv", "metrics")
        assert (told["rows"], told["metrics"], told["orders"]) == (2, 4, 0)
        assert (told["first_date"], told["last_date"]) == ("2026-01-01", "2026-01-02")
        assert (told["currency"], told["grain"], told["can_be_undone"]) == ("EUR", "day", True)
        assert {each["measure"]: each["sum"] for each in told["sums"]} == {
            "revenue": "97.5",
            "spend": "10",
        }


@pytest.mark.django_db
class TestCutSpans:
    def test_are_refused_with_their_days(self, registered):
        send(registered, "day,sales,tv\n2026-01-05,70,7\n2026-01-12,7,7\n", WEEKS)

        answer = send(registered, "day,sales,tv\n2026-01-07,1,1\n2026-01-08,1,1\n")

        [error] = answer.json()["errors"]
        assert (answer.status_code, answer.json()["code"]) == (400, "csv_invalid")
        assert "2026-01-05 to 2026-01-11" in error["value"]
        assert spend_of(registered) == {"spend": "14.00", "revenue": "77.00"}
        assert CsvImport.unscoped.count() == 1

    def test_are_no_matter_to_a_request_that_was_answered(self, registered):
        headers = {"idempotency-key": "days"}
        text = "day,sales,tv\n2026-01-07,1,1\n2026-01-08,1,1\n"
        made = send(registered, text, headers=headers)
        send(registered, "day,sales,tv\n2026-01-05,70,7\n2026-01-12,7,7\n", WEEKS)

        again = send(registered, text, headers=headers)

        assert (again.status_code, again.json()["import_id"]) == (201, made.json()["import_id"])

    def test_are_no_matter_where_all_of_their_days_come(self, registered):
        send(registered, "day,sales,tv\n2026-01-05,70,7\n2026-01-12,7,7\n", WEEKS)
        days = "".join(f"2026-01-{day:02},1,1\n" for day in range(5, 12))

        answer = send(registered, "day,sales,tv\n" + days)

        assert (answer.status_code, answer.json()["removed"]) == (201, [])
        assert spend_of(registered) == {"spend": "14.00", "revenue": "14.00"}

    def test_are_no_matter_to_other_measures(self, registered):
        send(registered, "day,sales,tv\n2026-01-05,70,7\n2026-01-12,7,7\n", WEEKS)
        clicks = {"date": "day", "currency": "EUR", "channels": [{"name": "tv", "clicks": "n"}]}

        assert send(registered, "day,n\n2026-01-07,1\n", clicks).status_code == 201
        assert spend_of(registered)["spend"] == "14.00"

    def test_never_count_twice_after_an_undo(self, registered):
        week = send(registered, "day,sales,tv\n2026-01-05,70,7\n2026-01-12,7,7\n", WEEKS)
        days = "".join(f"2026-01-{day:02},1,1\n" for day in range(5, 12))
        whole = send(registered, "day,sales,tv\n" + days)
        send(registered, "day,sales,tv\n2026-01-07,2,2\n")

        undo(registered, whole)

        assert spend_of(registered) == {"spend": "9.00", "revenue": "9.00"}
        undo(registered, week)
        assert spend_of(registered) == {"spend": "2.00", "revenue": "2.00"}


@pytest.mark.django_db
class TestRemoved:
    def test_lists_what_a_corrected_file_no_longer_names(self, registered):
        two = {**MAPPING, "channels": [*MAPPING["channels"], {"name": "web", "spend": "web"}]}
        send(registered, "day,sales,tv,web\n2026-01-01,1,2,3\n2026-01-02,1,2,3\n", two)

        told = send(registered, query="?preview=true").json()
        answer = send(registered).json()

        gone = {
            "level": "channel",
            "channel": "web",
            "account": "",
            "campaign": "",
            "ad": "",
            "order": "",
            "measures": ["spend"],
            "from": "2026-01-01",
            "to": "2026-01-02",
            "days": 2,
        }
        assert (answer["removed"], answer["removed_count"]) == ([gone], 1)
        assert (told["removed"], told["removed_count"]) == ([gone], 1)

    def test_lists_no_empty_cell(self, registered):
        send(registered)

        answer = send(registered, "day,sales,tv\n2026-01-01,1,\n2026-01-02,2,3\n").json()

        assert (answer["removed"], answer["removed_count"]) == ([], 0)

    def test_lists_fifty_and_counts_all(self, registered):
        long = {"date": "day", "currency": "EUR", "channel": "name", "spend": "spend"}
        rows = "".join(f"2026-01-01,c{number},1\n" for number in range(60))
        send(registered, "day,name,spend\n" + rows, long)

        answer = send(registered, "day,name,spend\n2026-01-01,c0,1\n", long).json()

        assert (len(answer["removed"]), answer["removed_count"]) == (50, 59)
