"""Rows that are written without models are those that models would have written."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from apps.integrations.orders.models import Order
from apps.integrations.webhooks.models import WebhookDelivery
from omnify.context import acting_as
from omnify.db.rows import insert_new_rows, insert_rows, rewrite_rows
from omnify.tenancy.models import ForeignOrganizationError
from tests.factories.integrations import make_connection

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
MOMENT = datetime(2026, 11, 25, 12, 30, 1, 234567, tzinfo=UTC)
TEXT = "tab\t, line\n, \\N, back\\slash, 'quote', ünïcode"


def order_of(connection, **fields):
    return Order(
        organization_id=connection.organization_id,
        connection=connection,
        date=date(2026, 11, 25),
        **{"key": "1", "currency": "EUR", "at": MOMENT, "customer": "c", **fields},
    )


def delivery_of(external_id, **fields):
    return WebhookDelivery(
        platform="shopify",
        external_id=external_id,
        topic=TEXT,
        kind="other",
        received_at=MOMENT,
        customers=["a", TEXT],
        **fields,
    )


def columns_of(*models):
    """The names of all columns, and the values of some models."""
    names = [field.attname for field in models[0]._meta.concrete_fields]
    return names, [[getattr(model, name) for name in names] for model in models]


class TestInsertRows:
    def test_writes_what_models_write(self, make_principal):
        connection = make_connection(make_principal().organization_id)
        orders = [
            order_of(
                connection,
                number=TEXT,
                revenue_micros=-(2**63),
                is_new_customer=True,
                refund_date=date(2026, 12, 1),
            ),
            order_of(connection, key="2", status="", at=None, is_new_customer=None),
        ]
        insert_rows(Order, *columns_of(*orders))

        found = Order.unscoped.order_by("key")
        assert columns_of(*found) == columns_of(*orders)

    def test_writes_json(self):
        insert_rows(WebhookDelivery, *columns_of(delivery_of("e1")))

        assert WebhookDelivery.objects.get().customers == ["a", TEXT]

    def test_keeps_what_the_database_has_by_default(self, make_principal):
        connection = make_connection(make_principal().organization_id)
        names, [values] = columns_of(order_of(connection))
        given = dict(zip(names, values, strict=True))
        del given["since"], given["is_test"]
        insert_rows(Order, list(given), [list(given.values())])

        row = Order.unscoped.get()
        assert (row.since, row.is_test) == (0, False)

    def test_leaves_duplicates_to_the_database(self, make_principal):
        order = order_of(make_connection(make_principal().organization_id))
        insert_rows(Order, *columns_of(order))

        order.id = uuid7()
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(Order, *columns_of(order))


class TestRewriteRows:
    def test_changes_the_rows_of_these_ids_alone(self, make_principal):
        connection = make_connection(make_principal().organization_id)
        orders = [order_of(connection, key=key, revenue_micros=1) for key in "abc"]
        insert_rows(Order, *columns_of(*orders))
        for order in orders[1:]:
            order.revenue_micros, order.date, order.status = 2, date(2026, 12, 1), TEXT
        names, rows = columns_of(*orders[1:])
        rewrite_rows(Order, names, rows, changed=("date", "status", "revenue_micros"))

        found = Order.unscoped.order_by("key")
        assert columns_of(*found) == columns_of(*orders)


class TestInsertNewRows:
    def test_counts_those_that_were_not_there(self):
        def insert(*ids):
            return insert_new_rows(WebhookDelivery, *columns_of(*map(delivery_of, ids)))

        assert insert("a", "b") == 2
        assert insert("b", "c", "c") == 1
        assert WebhookDelivery.objects.count() == 3

    def test_takes_more_than_one_statement_holds(self):
        rows = [delivery_of(f"e{number}") for number in range(1201)]

        assert insert_new_rows(WebhookDelivery, *columns_of(*rows)) == 1201

    def test_takes_none(self):
        assert insert_new_rows(WebhookDelivery, ["id"], []) == 0


class TestTenants:
    def test_rows_of_others_are_refused(self, make_principal):
        principal = make_principal()
        mine, other = make_connection(principal.organization_id), make_connection(uuid4())
        with acting_as(principal):
            names, rows = columns_of(order_of(mine), order_of(other))
            with pytest.raises(ForeignOrganizationError):
                Order.objects.insert_values(names, rows)
            with pytest.raises(ForeignOrganizationError):
                Order.objects.rewrite_values(names, rows, changed=("date",))
            Order.objects.insert_values(names, rows[:1])

        assert [row.connection_id for row in Order.unscoped.all()] == [mine.id]
