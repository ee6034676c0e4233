"""What a query filters, conditions, orders and limits, by hand and against a slow reference."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.contract import Condition, MetricQuery
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.names import Names
from apps.analytics.querying.queries.history import History, Sources
from apps.analytics.querying.queries.tables import make_table
from apps.auth.contract import OrganizationProfile
from tests.apps.analytics.requests import ask
from tests.apps.integrations.requests import MAPPING, send

FOUR = {
    **MAPPING,
    "channels": [
        {"name": "tv", "spend": "tv"},
        {"name": "Web Search", "spend": "web", "clicks": "clicks"},
        {"name": "web shop", "spend": "shop", "clicks": "hits"},
        {"name": "radio", "clicks": "heard"},
    ],
}
FILE = "day,sales,tv,web,clicks,shop,hits,heard\n2026-01-05,100,30,20,4,10,1,7\n"
BY_CHANNEL = {"measures": ["spend", "cpc"], "dimensions": ["channel"]}


@pytest.fixture
def four(owner):
    """Channels of a spend of 30, 20, 10 and one that is unknown."""
    send(owner, FILE, FOUR)
    return owner


def names(answer):
    assert answer.status_code == 200, answer.json()
    return [row["channel"] for row in answer.json()["rows"]]


@pytest.mark.django_db
class TestFilters:
    @pytest.mark.parametrize(
        ("channel", "left"),
        [
            (["TV", "radio"], ["radio", "tv"]),
            ({"not": ["TV", "radio"]}, ["Web Search", "web shop"]),
            ({"contains": "WEB"}, ["Web Search", "web shop"]),
            ({"not": ["web shop"], "contains": "web"}, ["Web Search"]),
            ({"contains": "%"}, []),
            ({"contains": "' OR 1=1 --"}, []),
            ({"not": ["tv"], "contains": "tv"}, []),
            ({}, ["Web Search", "radio", "tv", "web shop"]),
        ],
    )
    def test_let_channels_count_by_their_names(self, four, channel, left):
        assert names(ask(four, **BY_CHANNEL, filters={"channel": channel})) == left

    def test_leave_out_what_is_of_no_channel(self, four):
        totals = ask(four, filters={"channel": {"not": ["tv"]}}).json()["totals"]

        assert totals == {"spend": "30.00", "revenue": None}


@pytest.mark.django_db
class TestRows:
    def test_are_those_that_meet_each_condition(self, four):
        having = [
            {"measure": "spend", "op": ">=", "value": 10},
            {"measure": "cpc", "op": "!=", "value": "5.0"},
        ]

        body = ask(four, **BY_CHANNEL, having=having).json()

        # The channel without clicks has no cost of one, which is not unlike five.
        assert [row["channel"] for row in body["rows"]] == ["web shop"]
        assert body["totals"]["spend"] == "60.00"

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            (["-spend"], ["tv", "Web Search", "web shop", "radio"]),
            (["spend"], ["web shop", "Web Search", "tv", "radio"]),
            (["-channel"], ["web shop", "tv", "radio", "Web Search"]),
            (["cpc", "-spend"], ["Web Search", "web shop", "tv", "radio"]),
        ],
    )
    def test_are_in_order_with_the_unknown_last(self, four, order, expected):
        assert names(ask(four, **BY_CHANNEL, order=order)) == expected

    def test_beyond_the_limit_are_one_whose_ratios_are_of_its_sums(self, four):
        body = ask(four, **BY_CHANNEL, order=["-spend"], limit=1).json()

        tv, other = body["rows"]
        assert (tv["channel"], "other" in tv) == ("tv", False)
        assert (other["channel"], other["other"]) == (None, True)
        assert (other["spend"], other["cpc"]) == ("30.00", "6.0000")

    def test_have_no_other_where_the_limit_holds_all(self, four):
        assert len(names(ask(four, **BY_CHANNEL, limit=4))) == 4

    def test_are_those_of_a_saved_view(self, four):
        query = {**BY_CHANNEL, "from": "2026-01-01", "to": "2026-01-31", "limit": 1}
        query["having"] = [{"measure": "spend", "op": ">", "value": "1.5"}]
        query["filters"] = {"channel": {"not": ["tv"]}}
        view = four.post("/api/analytics/views", {"name": "v", "query": query}, format="json")

        rows = four.get(f"/api/analytics/views/{view.json()['id']}/data").json()["rows"]

        assert [(row["channel"], row["spend"]) for row in rows] == [
            ("Web Search", "20.00"),
            (None, "10.00"),
        ]


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"filters": {"channel": ["x"] * 1000}}, "filters.channel"),
            ({"filters": {"channel": {"like": "x"}}}, "filters.channel.like"),
            ({"having": [{"measure": "joy", "op": ">", "value": 1}]}, "having"),
            ({"having": [{"measure": "spend", "op": "; DROP", "value": 1}]}, "having.0.op"),
            ({"having": [{"measure": "spend", "op": ">", "value": "NaN"}]}, "having.0.value"),
            ({"having": [{"measure": "spend", "op": ">", "value": 1e300}]}, "having"),
            ({"order": ["-joy"]}, "order"),
            ({"order": ["period"]}, "order"),
            ({"order": ["-spend", "spend"]}, "order"),
            ({"limit": 0}, "limit"),
            ({"limit": 10**30}, "limit"),
            ({"limit": 1, "dimensions": []}, "limit"),
        ],
    )
    def test_name_the_field(self, four, changes, field):
        answer = ask(four, **{**BY_CHANNEL, **changes})

        assert answer.status_code == 400, answer.json()
        assert [each["field"] for each in answer.json()["errors"]] == [field]

    def test_name_every_field(self, four):
        having = [{"measure": "spend", "op": ">", "value": 1}]

        answer = ask(four, dimensions=["moon"], having=having, order=["joy"], grain="era")

        fields = {each["field"] for each in answer.json()["errors"]}
        assert fields == {"dimensions", "order", "grain"}


CHANNELS = ("a", "b", "c", "d")
AMOUNTS = st.dictionaries(
    st.sampled_from(["spend", "clicks", "revenue", "reach"]), st.integers(0, 3)
)
FACTS = st.lists(st.tuples(st.sampled_from(CHANNELS), st.integers(1, 3), AMOUNTS), max_size=12)
ASKED = ("spend", "clicks", "cpc", "reach", "blended_roas")
OPS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}
CONDITIONS = st.lists(
    st.tuples(st.sampled_from(ASKED), st.sampled_from(list(OPS)), st.integers(0, 4)), max_size=2
)
ORDER = st.lists(
    st.tuples(st.sampled_from(["-", ""]), st.sampled_from([*ASKED, "channel", "period"])),
    max_size=3,
    unique_by=lambda each: each[1],
)


def table_of(facts, dimensions=("channel", "period"), **clauses):
    made = [
        Fact(
            UUID(int=1),
            "campaign",
            f"{number}",
            channel,
            date(2026, 1, day),
            date(2026, 1, day),
            "EUR",
            {name: value * 1_000_000 for name, value in values.items()},
        )
        for number, (channel, day, values) in enumerate(facts)
    ]
    profile = OrganizationProfile(
        id=UUID(int=1), name="x", currency="EUR", is_currency_settled=True, timezone="UTC"
    )
    query = MetricQuery(
        measures=ASKED,
        dimensions=dimensions,
        from_date=date(2026, 1, 1),
        to_date=date(2026, 1, 3),
        **clauses,
    )
    return make_table(History(made, Sources(profile)), query)


def value_of(row, name):
    if name in ASKED:
        return row.values[ASKED.index(name)].value
    return getattr(row, name)


class TestAgainstTheReference:
    @given(facts=FACTS, conditions=CONDITIONS, order=ORDER, limit=st.integers(0, 5))
    def test_rows_are_chosen_from_all_rows(self, facts, conditions, order, limit):
        """Of all rows, one after the other; *other* is what the facts of the rest come to."""
        rows = list(table_of(facts).rows)
        for name, op, number in conditions:
            rows = [
                row
                for row in rows
                if value_of(row, name) is not None and OPS[op](value_of(row, name), number)
            ]
        for first in range(len(rows)):
            for second in range(len(rows) - 1 - first):
                if is_after(rows[second], rows[second + 1], order):
                    rows[second : second + 2] = rows[second + 1], rows[second]

        found = table_of(
            facts,
            having=tuple(
                Condition(measure=name, op=op, value=Decimal(number))
                for name, op, number in conditions
            ),
            order=tuple(f"{sign}{name}" for sign, name in order),
            limit=limit,
        ).rows

        shown = rows[:limit] if limit else rows
        assert [row for row in found if not row.is_other] == shown
        rest = {(row.channel, row.period) for row in rows[len(shown) :]}
        assert [row.is_other for row in found[len(shown) :]] == [True] * bool(rest)
        if rest:
            own = [each for each in facts if (each[0], date(2026, 1, each[1])) in rest]
            expected = [item.value for item in table_of(own).totals]
            assert [item.value for item in found[-1].values] == [*expected[:-1], None]

    @given(facts=FACTS, limit=st.integers(1, 2))
    def test_other_periods_are_the_totals_of_their_facts(self, facts, limit):
        found = table_of(facts, ("period",), limit=limit)
        shown = {row.period for row in found.rows}
        rest = [each for each in facts if date(2026, 1, each[1]) not in shown]

        if found.rows and found.rows[-1].is_other:
            assert found.rows[-1].values == table_of(rest).totals
            assert found.rows[-1].coverage == table_of(rest).coverage
        else:
            assert rest == []

    @given(
        only=st.lists(st.sampled_from(["A", "ab", "x"]), max_size=2),
        but=st.lists(st.sampled_from(["A", "aB", "x"]), max_size=2),
        containing=st.sampled_from(["", "A", "b", "xx"]),
    )
    def test_names_are_chosen(self, only, but, containing):
        known = ["a", "Ab", "B", "X", ""]

        found = Names(tuple(only), tuple(but), containing).choose(known)

        assert found == [
            name
            for name in known
            if name
            and (not only or name.lower() in [each.lower() for each in only])
            and name.lower() not in [each.lower() for each in but]
            and containing.lower() in name.lower()
        ]


def is_after(one, other, order):
    """Whether a row comes after another: by the first name of which they differ."""
    for sign, name in order:
        a, b = value_of(one, name), value_of(other, name)
        if a == b:
            continue
        if a is None or b is None:
            return a is None
        return (a < b) if sign else (a > b)
    return False
