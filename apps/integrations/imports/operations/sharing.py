"""Loading a file of exchange rates for all organizations."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

import msgspec

from apps.integrations.exceptions import CsvAmbiguousError, CsvInvalidError
from apps.integrations.imports import reading
from apps.integrations.rates.messages import RateInput
from apps.integrations.rates.operations import Loaded, load_rates


def load_file(stream: BinaryIO, *, now: datetime) -> Loaded:
    """Keep the rates of a file that is known by its header, as the European Central Bank's is.

    All of its rates are kept or none; those of currencies that are not known are left out.

    Raises:
        CsvInvalidError: it is no such file, or one of its cells cannot be read.
        CsvAmbiguousError: its days or numbers can be read in several ways.
        RateInvalidError: a rate is of no day that rates are kept of.
    """
    proposal = reading.propose(reading.open_table(stream))
    mapping = reading.mapping_of(proposal.mapping)
    if not isinstance(mapping, reading.RatesMapping):
        problem = {"line": 1, "message": "It is no file of exchange rates, as the bank's are."}
        raise CsvInvalidError(error_count=1, errors=[problem])
    plan = reading.prepare(stream, mapping, timezone="UTC", today=now.date())
    reader = reading.FileReader(plan)
    rates = [
        RateInput(date=each.date, base=each.base, currency=each.currency, rate=Decimal(each.rate))
        for each in reader.iter_rates()
    ]
    found = reader.check()
    if found.questions:
        raise CsvAmbiguousError(questions=msgspec.to_builtins(found.questions))
    if found.errors:
        raise CsvInvalidError(
            error_count=found.error_count, errors=msgspec.to_builtins(found.errors)
        )
    return load_rates(rates, source=mapping.source, now=now)
