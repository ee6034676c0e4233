"""What a file says of customers is not shown: neither in rows nor in errors."""

import io
from datetime import date

from apps.integrations.imports.reading import make_mapping, preview
from tests.apps.integrations.imports.reading.reads import MAPPING, check_of

ORDERS = {"kind": "orders", "date": "day", "customer": "who", "revenue": "total", "currency": "EUR"}
#: What orders do not have.
NONE = dict.fromkeys(MAPPING, ...)


def preview_of(text, mapping=None):
    found = make_mapping(mapping) if mapping is not None else None
    return preview(
        io.BytesIO(text.encode()), mapping=found, timezone="UTC", today=date(2026, 12, 31)
    )


def shown_of(errors):
    return " ".join(f"{each.value} {each.message}" for each in errors)


class TestErrors:
    def test_do_not_quote_addresses_of_any_column(self):
        text = f"day,who,total\n2026-01-01,a,{'x' * 60}@doe.de\n"

        found = check_of(text, **NONE | ORDERS)

        assert "xxx" not in shown_of(found.errors)

    def test_do_not_quote_columns_that_are_known_to_be_personal(self):
        text = "day,who,Billing Name\n2026-01-01,a,Jane Doe\n"

        found = check_of(text, **NONE | ORDERS | {"revenue": "Billing Name"})

        assert "Jane" not in shown_of(found.errors)

    def test_quote_all_else(self):
        found = check_of("day,who,total\n2026-01-01,a,ten\n", **NONE | ORDERS)

        assert (found.errors[0].value, "'ten'" in found.errors[0].message) == ("ten", True)

    def test_name_an_order_whose_number_stands_for_its_customer(self):
        header = "Order Number,Order Date,Order Total Amount"
        text = f"{header}\n2026-7,2026-01-01,10\n2026-7,2026-01-01,12\n"
        fields = {"date": "Order Date", "revenue": "Order Total Amount", "channels": ...}

        found = check_of(text, **fields)

        assert "The order '2026-7'" in found.errors[0].message


class TestPreviews:
    def test_mask_the_mapped_customer_and_what_is_known_to_be_personal(self):
        text = (
            "day,who,total,Phone,Shipping Street,Shipping Method,note\n"
            "2026-01-01,Jane,10,+49 1,Elm 1,DHL,to j@d.de\n"
        )

        [row] = preview_of(text, ORDERS).rows

        assert {name for name, cell in row.items() if cell == "•••"} == {
            *("who", "Phone", "Shipping Street", "note")
        }

    def test_mask_what_is_known_to_be_personal_before_a_mapping_says_it(self):
        [row] = preview_of("date,customer,revenue\n2026-01-01,Jane,10\n").rows

        assert row == {"date": "2026-01-01", "customer": "•••", "revenue": "10"}

    def test_show_what_is_mapped_as_the_name_of_a_channel(self):
        text = "date,client,cost\n2026-01-01,Acme,10\n"
        mapping = {"date": "date", "currency": "EUR", "channel": "client", "spend": "cost"}

        [row] = preview_of(text, mapping).rows

        assert row["client"] == "Acme"
