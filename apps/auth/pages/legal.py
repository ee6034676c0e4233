"""The pages of legal documents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.safestring import mark_safe

from apps.auth import queries
from apps.auth.legal import Document
from apps.auth.messages.legal import Acceptance
from apps.auth.operations import legal, tokens
from apps.auth.pages.sessions import continue_in_session
from omnify.context import current_user_id
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.pages.forms import FormPage
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
        """Return the form, and what it is about."""
        outstanding = queries.list_outstanding(user_id=current_user_id(), now=self.now)
        return {**super().find_context(), "outstanding": outstanding}


class DocumentView(PageView):
    """A legal document."""

    access: ClassVar = {"GET": PUBLIC}
    layout = "plain"

    def get(self, request: PageRequest, document_type: str) -> HttpResponse:
        """Show the version in force."""
        document = queries.get_document(document_type=document_type, now=self.now)
        context = {"document": document, "body": _to_html(document)}
        return self.show("omnify_auth/legal/document.html", context)


def _to_html(document: Document) -> str:
    from markdown_it import MarkdownIt

    # Without raw HTML; the page has its own title.
    text = document.text.partition("\n")[2]
    html: str = MarkdownIt("js-default").render(text)
    return mark_safe(html)  # noqa: S308 - our own documents
