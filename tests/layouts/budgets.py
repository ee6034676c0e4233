"""How many calls of other services a request may cause, in all depths: what its route says.

The number may not grow with the data: an accidental loop over rows that asks another service for
each is seen here. A page, or a route that says nothing, may cause none.
"""

import re
from importlib import import_module
from uuid import UUID

from django.urls import Resolver404, resolve

from omnify.services.registry import manifests

_METHODS = ("get", "post", "put", "patch", "delete")
#: Calls of a contract's methods, which have no route.
_OF_METHODS = {
    "call analytics.query": 3,
    "call analytics.daily_series": 3,
    "call analytics.compare_halves": 3,
    "call analytics.last_day_with_data": 2,
    "call ml.forecast": 4,
}


def route_of(name):
    """The route of a step, such as ``POST /api/analytics/query``; other steps keep their name."""
    method, _, target = name.partition(" ")
    path = re.sub(r"<id \d+>", str(UUID(int=0)), target).partition("?")[0]
    try:
        return f"{method} /{resolve(path).route}"
    except Resolver404:
        return name


def budgets():
    """Every route that may cause calls, with their number."""
    return _OF_METHODS | {
        f"{method.upper()} /{pattern.pattern}": calls
        for service in manifests()
        for pattern in import_module(f"apps.{service}.urls").urlpatterns
        for method in _METHODS
        if (calls := _calls_of(pattern, method))
    }


def _calls_of(pattern, method):
    view = getattr(pattern.callback, "view_class", None)
    route = getattr(getattr(view, method, None), "route", None)
    return route.calls if route else 0
