"""Send a browser to a platform's page of consent."""

from __future__ import annotations

from django.http import HttpResponse

from apps.integrations.connecting import browsers
from apps.integrations.connecting.operations.starting import Way
from omnify.pages.parts import Link
from omnify.pages.views import PageView


def leave(view: PageView, way: Way, *, platform: str) -> HttpResponse:
    """Lead a browser on by a page of ours: no form may lead to another host by itself."""
    context = {
        "heading": f"Continue to {platform}",
        "text": f"You sign in and decide at {platform}, and come back here afterwards.",
        "links": [Link(way.url, f"Continue to {platform}")],
    }
    response = view.show("omnify/pages/form.html", context)
    response["Refresh"] = f"0; url={way.url}"
    browsers.set_cookie(view.request, response, *way.cookie)
    return response
