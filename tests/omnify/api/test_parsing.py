"""Messages from what clients send: every problem in one answer, and nothing that was not asked."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from django.http import QueryDict
from msgspec import UNSET, Meta, UnsetType

from omnify.api.fields import (
    VERBATIM,
    CurrencyCode,
    Email,
    TimeZoneName,
    given_fields,
    one_line,
    one_of,
)
from omnify.api.parsing import MOST_ERRORS, parse, parse_parameters
from omnify.exceptions import InvalidInputError
from omnify.services.messages import AwareDatetime, Message

ID = "019ab5c2-7d3e-7c41-9f0a-5b1c2d3e4f50"


class Line(Message):
    text: Annotated[str, Meta(min_length=1, max_length=10)]
    count: Annotated[int, Meta(ge=1, le=9)] = 1


class Order(Message, rename={"first": "from"}):
    lines: Annotated[tuple[Line, ...], Meta(max_length=3)] = ()
    email: Email | None = None
    id: UUID | UnsetType = UNSET
    first: date | UnsetType = UNSET
    at: AwareDatetime | None = None
    kind: Literal["new", "old"] = "new"
    colour: Annotated[str, one_of(["red", "blue"])] = "red"
    currency: CurrencyCode = "EUR"
    zone: TimeZoneName = "UTC"
    secret: Annotated[str, Meta(extra=VERBATIM)] = ""
    is_gift: bool = False
    notes: Annotated[dict[str, str], Meta(max_length=2)] | UnsetType = UNSET


class Price(Message):
    value: Decimal


class Search(Message):
    days: Annotated[int, Meta(ge=1)] = 28
    is_exact: bool = False
    channels: tuple[str, ...] = ()


class Depth(Message):
    days: Literal[30, 90, "all"] = 30


class Pair(Message):
    low: int
    high: int

    def __post_init__(self):
        if self.low > self.high:
            raise ValueError(f"{self.low} is above {self.high}.")


def problems(data, message_type=Order):
    with pytest.raises(InvalidInputError) as caught:
        parse(message_type, data)
    return {error["field"]: error["code"] for error in caught.value.errors}


class TestChoice:
    @pytest.mark.parametrize(("given", "value"), [(90, 90), (90.0, 90), ("all", "all")])
    def test_is_of_numbers_and_texts(self, given, value):
        assert parse(Depth, {"days": given}).days == value

    @pytest.mark.parametrize("given", ["90", 31, True, [90], {}, "none", 90.5])
    def test_refuses_all_others(self, given):
        assert problems({"days": given}, Depth) == {"days": "invalid_choice"}

    def test_is_a_text_in_parameters(self):
        assert parse_parameters(Depth, QueryDict("days=90")).days == 90


class Part(Message):
    line: Annotated[tuple[str, ...], Meta(max_length=2)] | Line = ()


class TestUnion:
    def test_is_of_an_object_and_something_else(self):
        assert parse(Part, {"line": ["a"]}).line == ("a",)
        assert parse(Part, {"line": {"text": "a"}}).line == Line(text="a")

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("a", {"line": "not_a_list"}),
            (None, {"line": "null"}),
            (["a"] * 3, {"line": "max_length"}),
            ({"word": "a"}, {"line.word": "unknown", "line.text": "required"}),
        ],
    )
    def test_refuses_what_fits_neither(self, given, expected):
        assert problems({"line": given}, Part) == expected


class TestParse:
    def test_reads_what_fits(self):
        order = parse(
            Order,
            {
                "lines": [{"text": " tea ", "count": 2}],
                "email": "ada@acme.example",
                "id": ID,
                "from": "2026-11-29",
                "at": "2026-11-29T12:00:00+01:00",
                "secret": " as typed ",
                "notes": {"a": "b"},
            },
        )

        assert order.lines == (Line(text="tea", count=2),)
        assert order.id == UUID(ID)
        assert order.first == date(2026, 11, 29)
        assert str(order.at) == "2026-11-29 11:00:00+00:00"
        assert order.secret == " as typed "

    def test_tells_what_was_given_from_what_was_not(self):
        given = given_fields(parse(Order, {"from": "2026-11-29"}))

        assert "id" not in given
        assert given["first"] == date(2026, 11, 29)

    def test_names_every_problem_at_once(self):
        found = problems(
            {
                "lines": [{"text": ""}, {"count": 10}, 5],
                "email": "nobody",
                "id": 5,
                "from": "2026-13-01",
                "at": "2026-11-29T12:00:00",
                "kind": "newest",
                "colour": "green",
                "currency": "euro",
                "zone": "Mars/Base",
                "is_gift": 1,
                "notes": [],
                "colur": "red",
            }
        )

        assert found == {
            "colur": "unknown",
            "lines.0.text": "blank",
            "lines.1.text": "required",
            "lines.1.count": "max_value",
            "lines.2": "invalid",
            "email": "invalid",
            "id": "invalid",
            "from": "invalid",
            "at": "invalid",
            "kind": "invalid_choice",
            "colour": "invalid_choice",
            "currency": "invalid",
            "zone": "invalid",
            "is_gift": "invalid",
            "notes": "not_a_dict",
        }

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({"text": 5}, "invalid"),
            ({"text": None}, "null"),
            ({"text": "x" * 11}, "max_length"),
            ({"text": "a\x00b"}, "null_characters_not_allowed"),
            ({"text": "a\ud800b"}, "surrogate_characters_not_allowed"),
        ],
    )
    def test_refuses_texts_that_are_none(self, data, code):
        assert problems(data, Line) == {"text": code}

    @pytest.mark.parametrize("field", ["id", "from", "at", "kind", "colour", "email", "zone"])
    def test_refuses_half_surrogates_everywhere(self, field):
        assert list(problems({field: "\ud800"})) == [field]

    @pytest.mark.parametrize("field", ["email", "zone", "currency", "colour"])
    def test_refuses_empty_texts_where_a_value_is_needed(self, field):
        assert list(problems({field: ""})) == [field]

    @pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_refuses_times_that_utc_does_not_have(self, time):
        assert problems({"at": time}) == {"at": "invalid"}

    @pytest.mark.parametrize("count", [True, 1.5, "1", [1], float("inf")])
    def test_takes_nothing_else_for_a_number(self, count):
        assert problems({"text": "a", "count": count}, Line) == {"count": "invalid"}

    def test_takes_a_whole_number_with_a_point(self):
        count = parse(Line, {"text": "a", "count": 2.0}).count

        assert (count, type(count)) == (2, int)

    @pytest.mark.parametrize("data", [None, [], "text", 5])
    def test_wants_an_object(self, data):
        assert list(problems(data)) == [""]

    def test_asks_a_message_whether_its_fields_fit_together(self):
        assert problems({"low": 2, "high": 1}, Pair) == {"": "invalid"}

    def test_counts_before_it_looks_at_children(self):
        assert problems({"lines": [5] * 1000}) == {"lines": "max_length"}

    def test_tells_a_bounded_number_and_counts_all(self):
        with pytest.raises(InvalidInputError) as caught:
            parse(Order, {f"field{number}": 1 for number in range(1000)})

        assert len(caught.value.errors) == MOST_ERRORS
        assert caught.value.error_count == 1000


class Person(Message):
    name: Annotated[str, one_line(10, "Ada")]
    note: Annotated[str, one_line(10, min_length=0)] = ""


class Answers(Message):
    data: dict[str, Any]


def nested(levels):
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


class TestFreeJson:
    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ({"a": ["b\x00"]}, "null_characters_not_allowed"),
            ({"a": {"b\ud800": 1}}, "surrogate_characters_not_allowed"),
            ({"a": nested(900)}, "max_depth"),
        ],
    )
    def test_has_what_a_database_stores(self, value, code):
        assert problems({"data": value}, Answers) == {"data.a": code}

    def test_has_such_keys_too(self):
        found = problems({"data": {"\ud800": 1}}, Answers)

        assert found == {"data": "surrogate_characters_not_allowed"}

    def test_is_taken_as_it_is_otherwise(self):
        data = {"a": [1, None, True, {"b": nested(20)}]}

        assert parse(Answers, {"data": data}).data == data


class TestNames:
    def test_have_one_form(self):
        person = parse(Person, {"name": " Ame\u0301lie\n", "note": " "})

        assert (person.name, person.note) == ("Am\u00e9lie", "")

    def test_are_as_long_as_they_are_kept(self):
        assert parse(Person, {"name": "e\u0301" * 10}).name == "\u00e9" * 10

    @pytest.mark.parametrize("name", ["a\nb", "a\x1b", "a\u2029b", "a\u200f", "\u2067", "\u2060"])
    def test_are_one_line_that_is_seen(self, name):
        assert problems({"name": name, "note": name}, Person) == {
            "name": "invalid",
            "note": "invalid",
        }

    def test_are_not_empty(self):
        assert problems({"name": " \u2028 "}, Person) == {"name": "blank"}


class TestForms:
    def test_have_each_part_once(self):
        form = QueryDict("name=Ada&note=a&note=b")

        assert problems(form, Person) == {"note": "repeated"}
        assert parse(Person, QueryDict("name=Ada&note=a")) == Person(name="Ada", note="a")


class TestParseParameters:
    def test_reads_texts(self):
        search = parse_parameters(
            Search,
            QueryDict("days=7&is_exact=true&channels=tv&channels=print&limit=5"),
            others=("limit",),
        )

        assert search == Search(days=7, is_exact=True, channels=("tv", "print"))

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("days=7&days=8", "repeated"),
            ("days=seven", "invalid"),
            ("days=0", "min_value"),
            ("days=" + "9" * 400, "invalid"),
            ("day=7", "unknown"),
            ("is_exact=1", "invalid"),
        ],
    )
    def test_refuses_what_it_does_not_understand(self, query, code):
        with pytest.raises(InvalidInputError) as caught:
            parse_parameters(Search, QueryDict(query))

        assert [error["code"] for error in caught.value.errors] == [code]


class TestDecimal:
    @pytest.mark.parametrize(
        ("sent", "read"),
        [("1.0853", "1.0853"), ("-0.50", "-0.50"), (1.1, "1.1"), (3, "3"), ("1e-7", "1e-7")],
    )
    def test_is_read_from_a_text_or_a_number(self, sent, read):
        assert parse(Price, {"value": sent}).value == Decimal(read)

    @pytest.mark.parametrize(
        "sent",
        ["", "1,5", " 1", "NaN", "Infinity", "1e9999", "1" * 61, "١", float("nan"), True, []],
    )
    def test_is_nothing_else(self, sent):
        with pytest.raises(InvalidInputError) as refusal:
            parse(Price, {"value": sent})

        [error] = refusal.value.errors
        assert "decimal" in error["message"]
