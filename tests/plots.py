"""What charts draw, read from their pages."""

import html
import json
import re


def plot_of(answer):
    """The plot that the chart of a page brings."""
    return _find_numbers("plot", answer.content.decode())


def ask_ahead(browser, answer):
    """What the chart of a page asks for once it is there: HTML, empty of a chart that asks not."""
    asked = re.search('hx-get="(/app/analytics/ahead[^"]*)"', answer.content.decode())
    if not asked:
        return ""
    htmx = {"hx-request": "true"}
    return browser.get(html.unescape(asked[1]), headers=htmx).content.decode()


def ahead_of(browser, answer):
    """The periods and values that the chart of a page goes on with, None where it does not."""
    return _find_numbers("ahead", ask_ahead(browser, answer))


def _find_numbers(name, text):
    found = re.search(f"<template data-chart-{name}>(.+)</template>", text)
    return json.loads(html.unescape(found[1])) if found else None
