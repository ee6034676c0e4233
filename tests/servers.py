"""Which tests run on PostgreSQL and the brokers too: ``make test-services``.

All that touch a database or a broker, whatever they are about: statements, transactions, locks,
migrations, events and jobs differ from server to server. What a page shows is made of answers that
other tests compare, and what a platform says is read by its adapter and kept by the same few writes
as every other's, which the tests of syncs do on each: tests of pages and of platforms run once, on
SQLite.
"""

import pytest

#: Fixtures behind which there is a database or a broker.
SERVED = frozenset({"bus_url", "db", "fleets", "transactional_db"})
#: Fixtures that hold many connections.
GREEDY = frozenset({"engine_url", "fleets"})


def touches_a_server(item):
    """Whether what a test does goes to a database or a broker."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if "browser" in fixtures and "fleets" not in fixtures:
        return False
    needed = {mark.kwargs.get("reason", "") for mark in item.iter_markers("skipif")}
    return (
        not SERVED.isdisjoint(fixtures)
        or item.get_closest_marker("django_db") is not None
        or any("OMNIFY_TEST_" in reason for reason in needed)
    )


def is_about_pages(item):
    """Whether a test is about what people see."""
    return "pages" in item.path.parts or "page" in item.path.stem


def is_about_a_platform(item):
    """Whether a test is about what one platform is asked and answers."""
    return "platforms" in item.path.parts


def mark_tests(items):
    """Mark them ``servers``, and let one process run those with fleets or engines of jobs.

    A fleet of singles holds some 50 of the 100 connections that PostgreSQL allows, an engine 16.
    """
    for item in items:
        if not GREEDY.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("greedy"))
        if touches_a_server(item) and not (is_about_pages(item) or is_about_a_platform(item)):
            item.add_marker(pytest.mark.servers)
