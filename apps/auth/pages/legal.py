"""The pages of legal documents."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe

from apps.auth import queries
from apps.auth.legal import Document
from apps.auth.messages.legal import Acceptance
from apps.auth.operations import legal, tokens
from apps.auth.pages.sessions import go_on, next_of
from omnify.context import current_user_id
from omnify.identity.arrival import Device
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.pages.views import PageView


class DocumentsView(PageView):
    """Documents that wait to be accepted."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    is_open_without_consent = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Which they are."""
        rows = queries.list_outstanding(user_id=current_user_id(), now=timezone.now())
        context = {"outstanding": rows, "next": next_of(request)}
        return render(request, "omnify_auth/legal/documents.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Accept them all and go on."""
        now, device = timezone.now(), Device.of_request(request.META)
        session = queries.get_current_session(now=now)
        acceptances = [
            Acceptance(document_type=item.document_type, version=item.version)
            for item in queries.list_outstanding(user_id=session.user_id, now=now)
        ]
        legal.accept_documents(acceptances, user_id=session.user_id, device=device, now=now)
        return go_on(request, tokens.issue_tokens(session, now=now))


class DocumentView(PageView):
    """A legal document."""

    access: ClassVar = {"GET": PUBLIC}

    def get(self, request: HttpRequest, document_type: str) -> HttpResponse:
        """The version in force."""
        document = queries.get_document(document_type=document_type, now=timezone.now())
        context = {"document": document, "body": _to_html(document)}
        return render(request, "omnify_auth/legal/document.html", context)


def _to_html(document: Document) -> str:
    from markdown_it import MarkdownIt

    # Without raw HTML; the page has its own title.
    text = document.text.partition("\n")[2]
    html: str = MarkdownIt("js-default").render(text)
    return mark_safe(html)  # noqa: S308 - our own documents
