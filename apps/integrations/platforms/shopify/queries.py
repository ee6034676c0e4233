"""The texts of what is asked: of the shop, of its orders, and of bulk operations.

A page and a bulk operation ask for the same fields. Only a page says how many of each connection it
wants, since the vendor prices a page by that before it is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, NamedTuple

SHOP: Final = """query {
  shop { name myshopifyDomain currencyCode ianaTimezone createdAt }
  orders(first: 1, sortKey: PROCESSED_AT) { nodes { processedAt } }
}"""
COUNT: Final = """query($search: String, $most: Int) {
  ordersCount(query: $search, limit: $most) { count precision }
}"""
RUN: Final = """mutation($text: String!) {
  bulkOperationRunQuery(query: $text) { bulkOperation { id } userErrors { code message } }
}"""
LOOK: Final = """query($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount rootObjectCount url }
}"""
CANCEL: Final = """mutation($id: ID!) {
  bulkOperationCancel(id: $id) { userErrors { message } }
}"""
SUBSCRIPTIONS: Final = """query($uri: String) {
  webhookSubscriptions(first: 100, uri: $uri) { nodes { id topic } }
}"""
SUBSCRIBE: Final = """mutation($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id } userErrors { message }
  }
}"""
UNSUBSCRIBE: Final = """mutation($id: ID!) {
  webhookSubscriptionDelete(id: $id) { userErrors { message } }
}"""

_BOTH: Final = "{ shopMoney { amount } presentmentMoney { amount currencyCode } }"
_ONE: Final = "{ shopMoney { amount } }"
_SALE: Final = f"""id actionType lineType quantity totalAmount {_BOTH} totalTaxAmount {_BOTH}
  totalDiscountAmountBeforeTaxes {_ONE} totalDiscountAmountAfterTaxes {_ONE}"""
_VISIT: Final = """occurredAt
  ... on CustomerVisit { id source utmParameters { source campaign } }"""

#: Writes a connection: its name, how many a page shows of it, and the fields of each node.
_Connect = Callable[[str, int, str], str]


def _orders(connect: _Connect) -> str:
    sales = connect("sales", 5, _SALE)
    agreements = connect("agreements", 3, f"id happenedAt {sales}")
    return f"""id name test processedAt updatedAt currencyCode displayFinancialStatus cancelledAt
      email customer {{ id }}
      customerJourneySummary {{
        customerOrderIndex lastVisit {{ source utmParameters {{ source campaign }} }}
      }} {agreements}"""


def _journeys(connect: _Connect) -> str:
    moments = connect("moments", 10, _VISIT)
    return f"""id test email customer {{ id }}
      customerJourneySummary {{ ready {moments} }}"""


class Shape(NamedTuple):
    """What is asked of each order.

    Attributes:
        fields: writes the fields of an order.
        paths: where each level's connection is in its node.
        page: orders of a page, so that it costs less than the vendor's thousand points.
        small: how many orders are read in pages; more are left to a bulk operation.
    """

    fields: Callable[[_Connect], str]
    paths: tuple[tuple[str, ...], ...]
    page: int
    small: int

    def page_text(self) -> str:
        """Return the query of a page; by id, since changes do not move an order to another page."""
        return f"""query($search: String, $after: String) {{
          orders(first: {self.page}, after: $after, query: $search, sortKey: ID) {{
            pageInfo {{ hasNextPage endCursor }} nodes {{ {self.fields(_of_page)} }}
          }}
        }}"""

    def bulk_text(self, search: str) -> str:
        """Return the query of a bulk operation, which takes no variables."""
        orders = f"edges {{ node {{ {self.fields(_of_bulk)} }} }}"
        return f"{{ orders(query: {json.dumps(search)}, sortKey: ID) {{ {orders} }} }}"


def _of_page(name: str, first: int, fields: str) -> str:
    return f"{name}(first: {first}) {{ pageInfo {{ hasNextPage }} nodes {{ {fields} }} }}"


def _of_bulk(name: str, first: int, fields: str) -> str:
    return f"{name} {{ edges {{ node {{ {fields} }} }} }}"


ORDERS: Final = Shape(_orders, (("agreements",), ("sales",)), page=5, small=25)
JOURNEYS: Final = Shape(_journeys, (("customerJourneySummary", "moments"),), page=25, small=100)


def counts_text(days: int) -> str:
    """Return the query that counts orders of so many days at once, each by its own search."""
    names = range(days)
    variables = ", ".join(f"$day{name}: String" for name in names)
    fields = " ".join(
        f"day{name}: ordersCount(query: $day{name}, limit: null) {{ count precision }}"
        for name in names
    )
    return f"query({variables}) {{ {fields} }}"
