"""The OpenAPI document and its reader's page, the same in every process."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from omnify.conf import settings
from omnify.services.registry import is_hosted, owner_of


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI document; with ``?hosted=true`` only the paths of this process."""
    document = _document()
    if request.GET.get("hosted") == "true":
        document = {**document, "paths": _hosted_paths(document)}
    return JsonResponse(document, content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the document in Swagger UI."""
    return render(request, "omnify/api/docs.html")


@cache
def _document() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "docs" / "openapi.json"
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def _hosted_paths(document: dict[str, Any]) -> dict[str, Any]:
    def is_here(path: str) -> bool:
        owner = owner_of(path)
        return owner is None or is_hosted(owner.name)

    return {path: item for path, item in document["paths"].items() if is_here(path)}
