"""Small files that show what an import takes, to download from the page."""

from __future__ import annotations

from typing import ClassVar, Final

from django.http import HttpResponse

from omnify.api.files import CsvFile, csv_response
from omnify.pages.errors import PageNotFoundError
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

SAMPLES: Final = {
    "metrics": CsvFile(
        name="sample-metrics",
        columns=("day", "revenue", "search_spend", "search_clicks", "mail_spend"),
        rows=(
            ("2026-01-01", "1200.50", "200.00", "340", "15.00"),
            ("2026-01-02", "980.00", "180.25", "295", "15.00"),
            ("2026-01-03", "1430.75", "210.00", "362", "15.00"),
        ),
    ),
    "orders": CsvFile(
        name="sample-orders",
        columns=("Created at", "Order ID", "Customer ID", "Total", "Discount", "Refund"),
        rows=(
            ("2026-01-01 09:30", "1001", "c-17", "59.90", "0.00", "0.00"),
            ("2026-01-01 14:05", "1002", "c-23", "120.00", "12.00", "0.00"),
            ("2026-01-02 18:40", "1003", "c-17", "35.50", "0.00", "35.50"),
        ),
    ),
    "rates": CsvFile(
        name="sample-rates",
        columns=("day", "base", "currency", "rate"),
        rows=(
            ("2026-01-01", "EUR", "USD", "1.0832"),
            ("2026-01-01", "EUR", "GBP", "0.8391"),
            ("2026-01-02", "EUR", "USD", "1.0817"),
        ),
    ),
    "touchpoints": CsvFile(
        name="sample-touchpoints",
        columns=("day", "path", "conversions", "value"),
        rows=(
            ("2026-01-01", "search > mail", "3", "177.00"),
            ("2026-01-01", "social > search > mail", "1", "59.00"),
            ("2026-01-02", "search", "2", "98.50"),
        ),
    ),
}


class SampleView(PageView):
    """A small file of one kind."""

    access: ClassVar = {"GET": "integration:connect"}

    def get(self, request: PageRequest, kind: str) -> HttpResponse:
        """Return the file.

        Raises:
            PageNotFoundError: there is none of this kind.
        """
        if kind not in SAMPLES:
            raise PageNotFoundError
        return csv_response(SAMPLES[kind])
