"""GET /api/analytics/attribution."""

import pytest

from tests.apps.analytics.attribution.conftest import (
    ORDERS,
    PATHS,
    TOUCHES,
    bring,
    credit_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
MODELS = ("first", "last", "linear", "time_decay", "position", "markov", "shapley")
FILE = (
    "day,path,n,worth,lost\n2026-01-01,tv > web > mail,3,30,1\n2026-01-02,tv > web > mail,1,,\n"
    "2026-01-02,web,2,10,4\n2026-02-01,radio,5,50,0\n"
)


class TestPaths:
    @pytest.fixture(autouse=True)
    def paths(self, owner):
        bring(owner, FILE, PATHS)

    def test_are_credited_by_place(self, ask):
        answer = ask("position", **{"from": "2026-01-01", "to": "2026-01-31"})

        assert credit_of(answer) == {"web": "2.8", "tv": "1.6", "mail": "1.6"}
        assert credit_of(answer, "value") == {"web": "16.00", "mail": "12.00", "tv": "12.00"}
        assert credit_of(answer, "share") == {"web": "0.4667", "mail": "0.2667", "tv": "0.2666"}
        assert (answer["total"], answer["total_value"]) == ("6", "40.00")
        assert (answer["from"], answer["to"]) == ("2026-01-01", "2026-01-31")
        assert (answer["window"], answer["currency"]) == ("28", "EUR")

    @pytest.mark.parametrize("model", MODELS)
    def test_are_credited_wholly_by_each_model(self, ask, model):
        answer = ask(model)

        assert (answer["model"], answer["total"], answer["total_value"]) == (model, "11", "90.00")
        for field, total in (("conversions", 11), ("value", 90), ("share", 1)):
            found = sum(float(part) for part in credit_of(answer, field).values())
            assert found == pytest.approx(total, abs=1e-9), field

    def test_name_all_channels_that_were_touched(self, ask):
        assert credit_of(ask("first"))["mail"] == "0"

    def test_are_of_the_days(self, ask):
        answer = ask(**{"from": "2026-02-01"})

        assert credit_of(answer) == {"radio": "5"}
        assert answer["to"] == "2026-02-01"

    @pytest.mark.parametrize("window", ["28", "lifetime"])
    def test_are_of_all_days_there_are(self, ask, window):
        answer = ask(**{"from": "0001-01-01", "to": "9999-12-31", "window": window})

        assert answer["total"] == "11"

    def test_say_what_cannot_be_known(self, ask):
        answer = ask("time_decay")

        assert answer["evidence"] == "journey_credit"
        assert "not incrementality" in answer["cannot_know"][0]
        assert any("window" in each for each in answer["cannot_know"])
        assert any("half as much as the next" in each for each in answer["cannot_know"])

    def test_are_insufficient_where_none_ends_in_the_days(self, owner):
        days = {"model": "last", "from": "2026-05-01", "to": "2026-05-31"}
        answer = owner.get("/api/analytics/attribution", days)

        assert answer.status_code == 422
        assert (answer.json()["code"], answer.json()["missing"]) == ("insufficient_data", "paths")


class TestMoney:
    def test_without_a_rate_is_named_and_its_conversions_count(self, owner, ask):
        bring(owner, "day,path,n,worth,lost\n2026-01-01,tv,1,10,\n", PATHS)
        bring(
            owner,
            "day,path,n,worth,lost\n2026-01-01,tv,2,7,\n",
            PATHS | {"source": "other", "currency": "CHF"},
        )
        answer = ask()

        assert (answer["total"], answer["total_value"]) == ("3", "10.00")
        assert answer["unconverted"] == [{"currency": "CHF", "value": "7.00"}]

    def test_that_is_unknown_is_null(self, owner, ask):
        bring(owner, "day,path,n,worth,lost\n2026-01-01,tv,1,,\n", PATHS)
        answer = ask()

        assert (answer["total_value"], credit_of(answer, "value")) == (None, {"tv": None})


class TestOrders:
    @pytest.fixture(autouse=True)
    def journeys(self, owner):
        touches = (
            "at,who,via\n2026-01-01 09:00,ann,tv\n2026-01-08 09:00,ann,web\n"
            "2026-01-20 09:00,ann,mail\n2026-01-09 12:00,bob,web\n2026-01-02 12:00,joe,tv\n"
        )
        orders = "day,who,total\n2026-01-08,ann,30\n2026-02-10,ann,12\n2026-03-31,liz,99\n"
        bring(owner, touches, TOUCHES)
        bring(owner, orders, ORDERS)

    def test_end_journeys(self, ask):
        answer = ask("linear", to="2026-03-31")

        assert credit_of(answer) == {"mail": "1", "tv": "0.5", "web": "0.5"}
        assert credit_of(answer, "value") == {"mail": "12.00", "tv": "15.00", "web": "15.00"}

    @pytest.mark.parametrize(
        ("window", "expected"),
        [
            ("1", {"web": "1", "tv": "0"}),
            ("7", {"web": "0.5", "tv": "0.5"}),
            ("28", {"web": "0.5", "tv": "0.5", "mail": "1"}),
            ("lifetime", {"web": "0.5", "tv": "0.5", "mail": "1"}),
        ],
    )
    def test_have_the_touches_of_a_window(self, ask, window, expected):
        assert credit_of(ask("linear", to="2026-03-31", window=window)) == expected

    def test_after_the_last_touch_count_without_days_too(self, ask):
        answer = ask("linear")

        assert credit_of(answer) == {"mail": "1", "tv": "0.5", "web": "0.5"}
        assert (answer["from"], answer["to"]) == ("2026-01-01", "2026-03-31")

    def test_decay_by_week(self, ask):
        answer = ask("time_decay", **{"from": "2026-01-08", "to": "2026-01-08"})

        assert credit_of(answer) == {"web": "0.666667", "tv": "0.333333"}

    @pytest.mark.parametrize(("last", "is_over"), [("2026-01-29", False), ("2026-01-30", True)])
    def test_that_are_missing_are_so_once_the_window_is_over(self, ask, last, is_over):
        answer = ask("markov", to=last)

        said = any("without a conversion is known" in each for each in answer["cannot_know"])
        assert said == (not is_over)


class TestConversionsOfTouches:
    def test_end_journeys_and_orders_do_not_count_again(self, owner, ask):
        mapping = TOUCHES | {"conversions": "n", "value": "worth", "currency": "EUR"}
        rows = "at,who,via,n,worth\n2026-01-01,ann,tv,0,\n2026-01-02,ann,web,1,5\n"
        bring(owner, rows, mapping)
        bring(owner, "day,who,total\n2026-01-02,ann,5\n", ORDERS)
        answer = ask("first")

        assert (answer["total"], credit_of(answer)) == ("1", {"tv": "1", "web": "0"})


class TestUnknownConversions:
    def test_are_not_taken_for_none(self, owner, ask):
        bring(owner, "day,path,n,worth,lost\n2026-03-01,tv,1,,\n", PATHS)
        bring(owner, "at,who,via\n2026-01-01,ann,tv\n", TOUCHES)
        answer = ask("markov")

        assert any("without a conversion is known" in each for each in answer["cannot_know"])


class TestRefusals:
    def test_say_that_there_are_no_touchpoints(self, owner):
        answer = owner.get("/api/analytics/attribution?model=last")

        assert (answer.status_code, answer.json()["missing"]) == (422, "touchpoints")

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "model=best",
            "model=last&window=3",
            "model=last&zone=UTC",
            "model=last&from=2026-02-01&to=2026-01-01",
        ],
    )
    def test_name_what_is_not_understood(self, owner, query):
        answer = owner.get(f"/api/analytics/attribution?{query}")

        assert answer.status_code == 400


class TestManyChannels:
    @pytest.mark.parametrize("model", ["linear", "markov", "shapley"])
    def test_have_rows_up_to_a_hundred(self, owner, ask, model):
        rows = "".join(f"2026-01-01,c{number} > d,{200 - number}\n" for number in range(120))
        mapping = {key: PATHS[key] for key in ("kind", "source", "at", "path", "conversions")}
        bring(owner, "day,path,n\n" + rows, mapping)
        channels = ask(model)["channels"]

        assert len(channels) == 101
        assert [each["other"] for each in channels] == [False] * 100 + [True]
        total = sum(float(each["conversions"]) for each in channels)
        assert total == pytest.approx(sum(range(81, 201)))
