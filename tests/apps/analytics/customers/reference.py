"""Cohorts counted slowly and plainly: a customer, a day and an amount at a time."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

_DAY = timedelta(days=1)
_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}


def period_of(day, grain, week_start):
    """The first day of a day's month or week."""
    if grain == "month":
        return day.replace(day=1)
    while day.weekday() != _WEEKDAYS[week_start]:
        day -= _DAY
    return day


def periods_from(start, last, grain, week_start):
    """The first days of the periods from one to that of a day."""
    day = start
    while day <= last:
        if period_of(day, grain, week_start) == day:
            yield day
        day += _DAY


def rate_on(rates, currency, day):
    """The rate of a day, or the latest of the seven before it; None without."""
    for back in range(8):
        if (currency, day - back * _DAY) in rates:
            return rates[currency, day - back * _DAY]
    return None


def cohorts(orders, *, measure, grain, week_start, rates, currency, covered_to, shown=None):
    """By first day: the customers, and the values of its periods, None where they are not known.

    ``shown`` are the first and last day of the periods of first purchases, all without.
    """
    firsts = {}
    for order in orders:
        if order.customer and not order.is_refund:
            firsts[order.customer] = min(firsts.get(order.customer, date.max), order.date)
    members = defaultdict(set)
    for customer, day in firsts.items():
        members[period_of(day, grain, week_start)].add(customer)
    found = {}
    for start, customers in sorted(members.items()):
        if shown and not shown[0] <= start <= shown[1]:
            continue
        values, total = [], Fraction(0)
        for period in periods_from(start, covered_to, grain, week_start):
            following = period + timedelta(days=32 if grain == "month" else 7)
            last = period_of(following, grain, week_start) - _DAY
            if last > covered_to:
                values.append(None)
                continue
            if measure == "retention":
                bought = {
                    each.customer
                    for each in orders
                    if not each.is_refund and period <= each.date <= last
                }
                values.append(Fraction(len(bought & customers), len(customers)))
                continue
            paid = revenue(orders, customers, (period, last), rates, currency)
            if measure == "ltv":
                total = None if total is None or paid is None else total + paid
                paid = None if total is None else total / len(customers)
            values.append(paid)
        found[start] = (len(customers), values)
    return found


def revenue(orders, customers, days, rates, currency):
    """What customers paid within days less what they got back; None if any of it has no rate."""
    amounts = []
    for each in orders:
        if each.customer not in customers:
            continue
        if not each.is_refund and days[0] <= each.date <= days[1]:
            amounts.append((each.currency, each.date, each.revenue_micros))
        paid_back = each.refund_date or each.date
        if each.refund_micros is not None and days[0] <= paid_back <= days[1]:
            amounts.append((each.currency, paid_back, -each.refund_micros))
    known = [amount for amount in amounts if amount[2] is not None]
    if amounts and not known:
        return None
    total = Fraction(0)
    for code, day, micros in known:
        rate = Fraction(1) if code == currency else rate_on(rates, code, day)
        if rate is None:
            return None
        total += micros * rate / 1_000_000
    return total


def written(value, digits):
    """A value as answers have it, rounded half to even."""
    if value is None:
        return None
    exact = round(value * 10**digits)
    return f"{Decimal(exact).scaleb(-digits):f}"
