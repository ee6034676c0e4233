"""The pages of legal documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from apps.auth import queries
from apps.auth.legal import Document, current_documents
from apps.auth.messages.legal import Acceptance
from apps.auth.models import Consent
from apps.auth.operations import legal, tokens
from apps.auth.pages.sessions import continue_in_session
from apps.auth.pages.settings import make_tabs
from omnify.context import current_user_id
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.pages.days import say_day
from omnify.pages.forms import FormPage
from omnify.pages.parts import Cell, Column, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView


class DocumentsView(FormPage):
    """Documents that wait to be accepted."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    is_open_without_consent = True
    template = "omnify_auth/legal/documents.html"
    heading = "Documents"
    button = "I accept"
    stays = False

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Accept them all and go back."""
        session = queries.get_current_session(now=self.now)
        accepted = [
            Acceptance(document_type=item.document_type, version=item.version)
            for item in queries.list_outstanding(user_id=session.user_id, now=self.now)
        ]
        legal.accept_documents(accepted, user_id=session.user_id, device=self.device, now=self.now)
        return continue_in_session(self.request, tokens.issue_tokens(session, now=self.now))

    def find_context(self) -> dict[str, Any]:
        """Return the form, what it is about, and all documents in force."""
        outstanding = queries.list_outstanding(user_id=current_user_id(), now=self.now)
        return {
            **super().find_context(),
            "outstanding": outstanding,
            "tabs": make_tabs("auth:documents"),
            "documents": _list_documents(self.now),
        }


class DocumentView(PageView):
    """A legal document."""

    access: ClassVar = {"GET": PUBLIC}
    layout = "plain"

    def get(self, request: PageRequest, document_type: str) -> HttpResponse:
        """Show the version in force."""
        document = queries.get_document(document_type=document_type, now=self.now)
        context = {"document": document, "body": _to_html(document)}
        return self.show("omnify_auth/legal/document.html", context)


def _list_documents(now: datetime) -> Table:
    """Return all documents in force, and which version the viewer accepted when."""
    latest: dict[str, Consent] = {}
    for consent in queries.list_consents(user_id=current_user_id()):
        latest.setdefault(consent.document_type, consent)

    def say_consent(document: Document) -> str:
        consent = latest.get(document.document_type)
        if consent is None or consent.is_withdrawal:
            return "Not yet" if document.requires_acceptance else "Not asked for"
        return f"Version {consent.version} on {say_day(consent.created_at)}"

    return Table(
        id="documents",
        caption="Documents in force",
        columns=(
            Column("title", "Document"),
            Column("version", "Version"),
            Column("effective_date", "Since"),
            Column("accepted", "Accepted by you"),
        ),
        rows=tuple(
            (
                Cell(item.title, url=reverse("auth:document", args=[item.document_type])),
                Cell(item.version),
                Cell(item.effective_date, text=say_day(item.effective_date)),
                Cell(say_consent(item)),
            )
            for item in current_documents(now.date()).values()
        ),
    )


def _to_html(document: Document) -> str:
    from markdown_it import MarkdownIt

    # Without raw HTML; the page has its own title.
    text = document.text.partition("\n")[2]
    html: str = MarkdownIt("js-default").render(text)
    return mark_safe(html)  # noqa: S308 - our own documents
