"""What Meta's headers tell of quotas: which part of each is spent, and when it is whole again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from apps.integrations.platforms.port import Answer, Usage, account_key

_APP: Final = "app"
_PERCENTS: Final = ("call_count", "total_cputime", "total_time")
#: How long a throttle lasts of which Meta does not say when it ends.
_UNSAID: Final = timedelta(minutes=5)


def read_usage(answer: Answer, now: datetime) -> tuple[Usage, ...]:
    """Return each quota that the headers tell of, once, with the worst of what they say."""
    found: dict[str, Usage] = {}
    for each in _iter_usages(answer, now):
        known = found.get(each.key)
        found[each.key] = _merge(known, each) if known else each
    return tuple(found.values())


def find_quota(answer: Answer, now: datetime, *, is_app: bool) -> tuple[str, datetime]:
    """Return which quota a throttle is of, and when it may be asked again.

    Where neither the request nor a header names an account, it is the app's.
    """
    usages = {each.key: each for each in read_usage(answer, now)}
    accounts = [key for key in usages if key != _APP]
    own = account_key(answer.account) if answer.account else next(iter(accounts), _APP)
    key = _APP if is_app else own
    said = usages[key].until if key in usages else None
    return key, said or now + _UNSAID


def _iter_usages(answer: Answer, now: datetime) -> Iterator[Usage]:
    own = account_key(answer.account) if answer.account else ""
    for account, cases in _read_header(answer, "x-business-use-case-usage").items():
        for case in cases if isinstance(cases, list) else ():
            minutes = _number(case, "estimated_time_to_regain_access")
            until = now + timedelta(minutes=minutes) if minutes else None
            yield Usage(key=account_key(account), used=_find_worst(case), until=until)
    account_usage = _read_header(answer, "x-ad-account-usage")
    if own and account_usage:
        seconds = _number(account_usage, "reset_time_duration")
        until = now + timedelta(seconds=seconds) if seconds else None
        yield Usage(key=own, used=_number(account_usage, "acc_id_util_pct") / 100, until=until)
    throttle = _read_header(answer, "x-fb-ads-insights-throttle")
    if throttle:
        yield Usage(key=_APP, used=_number(throttle, "app_id_util_pct") / 100)
    if own and throttle:
        yield Usage(key=own, used=_number(throttle, "acc_id_util_pct") / 100)
    if app := _read_header(answer, "x-app-usage"):
        yield Usage(key=_APP, used=_find_worst(app))


def _merge(one: Usage, other: Usage) -> Usage:
    moments = [each.until for each in (one, other) if each.until is not None]
    return Usage(
        key=one.key, used=max(one.used, other.used), until=max(moments) if moments else None
    )


def _find_worst(values: Any) -> float:
    return max(_number(values, name) for name in _PERCENTS) / 100


def _number(values: Any, name: str) -> float:
    value = values.get(name) if isinstance(values, dict) else None
    return float(value) if isinstance(value, int | float) else 0.0


def _read_header(answer: Answer, name: str) -> dict[str, Any]:
    """Return a header's JSON; one that cannot be read tells nothing."""
    try:
        value = msgspec.json.decode(answer.headers.get(name, "{}"))
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
