"""What is done about answers that are cut, repeated, refused or slow."""

from datetime import timedelta

import pytest

from apps.integrations.calling.models import Quota
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    PaginationLoopError,
    RequestRefusedError,
    ThrottledError,
    TooMuchError,
    UnreachableError,
)
from deploy.sandbox.serving import Reply
from deploy.sandbox.shopify_shop import Item
from tests.apps.integrations.platforms.shopify.conftest import FIRST, LAST

pytestmark = pytest.mark.django_db
MIDDLE = FIRST + timedelta(days=6)


def is_page(asked, after=None):
    body = asked.json
    return "orders(" in body["query"] and (after is None or body["variables"]["after"] == after)


def throttled(seconds):
    """The answer to a query of a hundred points more than there are, which refill in seconds."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 0, "restoreRate": 100 / seconds}
    return Reply(
        {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": {"requestedQueryCost": 100, "throttleStatus": status}},
        }
    )


class TestBulkFiles:
    def test_that_lack_what_was_announced_count_for_nothing_and_are_made_again(
        self, read_shop, sample
    ):
        reader = read_shop(sample)

        def empty_file(operation):
            operation.url = reader.peer.keep_file([])

        reader.peer.bulk_faults.append(empty_file)
        with pytest.raises(IncompleteError) as caught:
            reader.read()
        assert not caught.value.may_halve
        assert len(reader.read()) == len(sample.orders)

    def test_that_lack_a_line_below_an_order_count_for_nothing(self, read_shop, sample):
        reader = read_shop(sample)

        def lose_a_sale(operation):
            sale = next(line for line in operation.lines if "lineType" in line)
            rest = [line for line in operation.lines if line is not sale]
            operation.url = reader.peer.keep_file(rest)

        reader.peer.bulk_faults.append(lose_a_sale)
        with pytest.raises(IncompleteError):
            reader.read()

    def test_that_failed_in_parts_are_halved_and_every_order_is_there_once(self, read_shop, sample):
        reader = read_shop(sample)

        def fail(operation):
            some = operation.lines[: len(operation.lines) * 2 // 5]
            operation.status, operation.error, operation.url = "FAILED", "TIMEOUT", None
            operation.partial_url = reader.peer.keep_file(some)

        reader.peer.bulk_faults.append(fail)
        with pytest.raises(IncompleteError) as caught:
            reader.read()
        assert caught.value.may_halve
        halves = reader.read(FIRST, MIDDLE) + reader.read(MIDDLE + timedelta(days=1), LAST)
        assert sorted(row.id for row in halves) == sorted(order["id"] for order in sample.orders)

    def test_with_a_line_whose_parent_is_missing_count_for_nothing(self, read_shop, sample):
        reader = read_shop(sample)

        def orphan(operation):
            agreement = next(line for line in operation.lines if "happenedAt" in line)
            others = [line for line in operation.lines if line is not agreement]
            operation.url = reader.peer.keep_file([*others, others[0]])

        reader.peer.bulk_faults.append(orphan)
        with pytest.raises(IncompleteError):
            reader.read()

    def test_that_never_come_are_given_up_so_that_others_find_a_place(self, read_shop, sample):
        reader = read_shop(sample)
        reader.peer.bulk_looks = 10_000

        with pytest.raises(TooMuchError):
            reader.read()
        assert reader.count_asked("bulkOperationCancel") == 1
        assert not any(each.is_under_way for each in reader.peer.operations.values())

    def test_wait_for_a_place_among_the_shops_operations(self, read_shop, sample):
        reader = read_shop(sample)
        for _ in range(5):
            reader.api.post(
                "admin/api/2026-10/graphql.json",
                {
                    "query": "mutation($text: String!) { bulkOperationRunQuery(query: $text) "
                    "{ bulkOperation { id } userErrors { code } } }",
                    "variables": {"text": '{ orders(query: "") { edges { node { id } } } }'},
                },
            )

        with pytest.raises(ThrottledError) as caught:
            reader.read()
        assert caught.value.until > reader.api.now

    @pytest.mark.parametrize(
        ("status", "code", "refusal"),
        [
            ("FAILED", "ACCESS_DENIED", AccessLostError),
            ("FAILED", "INTERNAL_SERVER_ERROR", IncompleteError),
            ("CANCELED", None, IncompleteError),
        ],
    )
    def test_that_were_not_made_say_why(self, read_shop, sample, status, code, refusal):
        reader = read_shop(sample)

        def end(operation):
            operation.status, operation.error = status, code

        reader.peer.bulk_faults.append(end)
        with pytest.raises(refusal):
            reader.read()


class TestPages:
    @pytest.fixture
    def reader(self, read_shop, empty):
        for hour in range(12):
            empty.place(empty.at(1, hour), [Item(1900)])
        return read_shop(empty)

    def test_that_repeat_end_the_reading(self, reader):
        pages = []

        def repeat(asked):
            if not is_page(asked):
                return None
            reader.peer.faults.append(repeat)
            pages.append(asked)
            node = {"id": "gid://shopify/Order/1", "agreements": {"nodes": [], "pageInfo": {}}}
            node["agreements"]["pageInfo"]["hasNextPage"] = False
            info = {"hasNextPage": True, "endCursor": str(len(pages))}
            return Reply({"data": {"orders": {"nodes": [node], "pageInfo": info}}})

        reader.peer.faults.append(repeat)
        with pytest.raises(PaginationLoopError):
            reader.read()
        assert len(pages) == 2

    def test_are_asked_again_with_a_new_token_when_it_dies_between_them(self, reader):
        whole = reader.read()
        reader.peer.ledger.clear()

        reader.peer.faults.append(
            lambda asked: (
                Reply({"errors": "no"}, 401)
                if "graphql" in asked.path and is_page(asked, after="4")
                else None
            )
        )
        assert reader.read() == whole
        assert len(reader.peer.asked_of("access_token")) == 1
        assert sum(is_page(asked) for asked in reader.peer.asked_of("graphql")) == 4


class TestRefusals:
    def test_for_points_in_a_success_are_waited_for_as_long_as_they_refill(self, read_shop, empty):
        reader = read_shop(empty)

        reader.peer.faults.append(lambda _: throttled(7))
        assert reader.read() == []
        assert 7 <= sum(reader.clock.waits) < 8

    def test_for_points_that_last_close_the_shop_and_no_other(self, read_shop, empty):
        reader = read_shop(empty)

        reader.peer.faults.append(lambda _: throttled(300))
        with pytest.raises(ThrottledError) as caught:
            reader.read()
        assert caught.value.until == reader.api.now + timedelta(seconds=300)
        [closed] = Quota.objects.filter(closed_until__gt=reader.api.now)
        assert (closed.platform, closed.key) == ("shopify", "account:northwind-sample")

    def test_are_foreseen_when_few_points_are_left(self, read_shop, empty):
        reader = read_shop(empty)
        status = {"maximumAvailable": 2000, "currentlyAvailable": 50, "restoreRate": 10}
        cost = {"requestedQueryCost": 450, "throttleStatus": status}
        shop = {"name": "x", "myshopifyDomain": "x", "currencyCode": "USD", "ianaTimezone": "UTC"}
        shop["createdAt"] = "2026-01-01T00:00:00Z"
        data = {"shop": shop, "orders": {"nodes": []}}
        last = Reply({"data": data, "extensions": {"cost": cost}})

        reader.peer.faults.append(lambda _: last)
        reader.adapter.identify(reader.api)
        with pytest.raises(ThrottledError) as caught:
            reader.read()
        assert caught.value.until == reader.api.now + timedelta(seconds=40)

    @pytest.mark.parametrize(
        ("status", "refusal"),
        [
            (402, AccessLostError),
            (403, AccessLostError),
            (404, AccessLostError),
            (423, AccessLostError),
            (400, RequestRefusedError),
            (502, UnreachableError),
        ],
    )
    def test_by_status_say_what_follows(self, read_shop, empty, status, refusal):
        reader = read_shop(empty)

        reader.peer.faults += [lambda _: Reply({"errors": "words"}, status)] * 3
        with pytest.raises(refusal):
            reader.read()

    @pytest.mark.parametrize(
        ("code", "refusal"),
        [
            ("ACCESS_DENIED", AccessLostError),
            ("SHOP_INACTIVE", AccessLostError),
            ("undefinedField", RequestRefusedError),
            ("INTERNAL_SERVER_ERROR", UnreachableError),
        ],
    )
    def test_by_code_in_a_success_say_what_follows(self, read_shop, empty, code, refusal):
        reader = read_shop(empty)
        error = {"message": "words", "extensions": {"code": code}}

        reader.peer.faults += [lambda _: Reply({"errors": [error]})] * 3
        with pytest.raises(refusal):
            reader.read()
