"""A few pages made of the shell's parts, with values that a test can recognize."""

from datetime import date

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from omnify.exceptions import ServiceUnavailableError

WEEKS = ["2026-01-05", "2026-01-12", "2026-01-19"]
CHART = {
    "title": "tv takes it all",
    "unit": "currency",
    "currency": "EUR",
    "categories": WEEKS,
    "series": [
        # More digits than a number of JavaScript holds.
        {"name": "tv", "type": "bar", "values": ["12345678901234567.89", "20.50", None]},
        {"name": "<b>revenue", "type": "line", "axis": "right", "values": ["1", "2", "3"]},
    ],
    "compare": {"label": "the weeks before", "series": [{"name": "tv", "values": ["7", "8", "9"]}]},
}
HEAD = """{% extends "omnify/pages/base.html" %}{% load static %}
{% block title %}Test{% endblock %}{% block heading %}Test{% endblock %}"""
CHART_PAGE = (
    HEAD
    + """{% block content %}<div id="part">
<a id="again" href="?again=1" hx-get="?again=1" hx-select="#part" hx-target="#part"
  hx-swap="outerHTML" hx-push-url="true">Again</a>
{% include "omnify/pages/_chart.html" %}</div>
<button type="button" hx-get="/app/test/refusal" hx-target="#part">Refuse</button>{% endblock %}
{% block scripts %}<script src="{% static 'vendor/echarts.common.min.js' %}" defer></script>
<script src="{% static 'omnify/chart.js' %}" defer></script>{% endblock %}"""
)
PARTS_PAGE = (
    HEAD
    + """{% block content %}{% include "omnify/pages/_date_range.html" %}
{% include "omnify/pages/_table.html" %}{% include "omnify/pages/_empty.html" %}{% endblock %}"""
)
PARTS = {
    "user_name": "Ada Example",
    "signed_in": True,
    "navigation": [{"label": "Here", "url": "/app/test/parts", "icon": "chart", "current": True}],
    "breadcrumbs": [{"label": "Tests", "url": "/app/test/parts"}, {"label": "Parts"}],
    "notices": [{"level": "success", "text": "It is done."}],
    "date_range": {
        "first": date(2026, 1, 1),
        "last": date(2026, 1, 31),
        "timezone": "Europe/Berlin",
        "chosen": "28",
    },
    "table": {
        "id": "channels",
        "caption": "Channels",
        "filter_label": "Channel",
        "csv_url": "/app/test/channels.csv",
        "sort": "-spend",
        "next": "c2",
        "columns": [
            {"key": "name", "label": "Channel", "is_sortable": True},
            {
                "key": "spend",
                "label": "Spend",
                "unit": "EUR",
                "is_number": True,
                "is_sortable": True,
            },
        ],
        "choices": [{"key": "spend", "label": "Spend", "is_shown": True}],
        "rows": [
            [
                {"text": "tv", "url": "/app/test/parts"},
                {
                    "text": "1.50",
                    "is_number": True,
                    "change": {"text": "+1.0%", "direction": "up", "mood": "green"},
                },
            ]
        ],
    },
    "empty": {"title": "Nothing", "text": "Do this.", "url": "/app/test/parts", "action": "Do"},
}


def show(request, template, context):
    return HttpResponse(engines["django"].from_string(template).render(context, request))


def chart_page(request):
    chart = {
        "url": request.GET.get("from", "/app/test/chart"),
        "title": "Spend",
        "csv_url": "/c.csv",
    }
    return show(request, CHART_PAGE, {"chart": chart})


def refusal(request):
    error = ServiceUnavailableError("The weather is bad.")
    return render(request, "omnify/pages/error.html", {"error": error}, status=error.status)


urlpatterns = [
    path("app/test/chart-page", chart_page),
    path("app/test/parts", lambda request: show(request, PARTS_PAGE, PARTS)),
    path("app/test/chart", lambda _: JsonResponse(CHART)),
    path("app/test/refusal", refusal),
]
