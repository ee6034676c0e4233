"""The sample service's facade: loaded as ``apps.sample.facade``."""

import time
from datetime import date, timedelta
from typing import cast

from apps.sample.contract import Note, Sample, StaleVersionError

from omnify.context import current
from omnify.exceptions import NotFoundError
from omnify.flags.models import Flag
from omnify.idempotency import once


class SecretRowMissingError(NotFoundError):
    """An error that the contract does not declare."""

    code = "secret_row_missing"
    status = 410
    title = "Gone"
    message = "Row {row} is missing."


class SampleFacade(Sample):
    """Does what the methods say."""

    def double(self, number: int) -> int:
        return 2 * number

    def echo(self, note: Note) -> Note:
        return note

    def describe_context(self) -> tuple[str, ...]:
        context = current()
        trace = context.trace
        return (
            str(context.organization_id),
            context.principal.role,
            context.request_id,
            trace.trace_id if trace else "",
            trace.span_id if trace else "",
            ",".join(f"{name}={value}" for name, value in sorted(context.flags.items())),
        )

    def fail(self, how: str) -> int:
        if how == "declared":
            raise StaleVersionError(version=7)
        if how == "undeclared":
            raise SecretRowMissingError(row="r1")
        if how == "too large to tell":
            raise SecretRowMissingError(row=2**70)
        if how == "out of range":
            date.min - timedelta(days=1)
        raise RuntimeError(f"secret text {how}")

    def wait(self, seconds: int) -> int:
        time.sleep(seconds / 100)
        return seconds

    def count_up(self, name: str) -> int:
        with once("sample", "count_up", name, int) as slot:
            if slot.answer is not None:
                return slot.answer
            flag, _ = Flag.objects.using("default").get_or_create(name=f"count.{name}")
            flag.percent += 1
            flag.save()
            return slot.keep(flag.percent)

    def lie(self) -> int:
        return cast("int", "twelve")
