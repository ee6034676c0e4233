"""Legal documents and consents."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.legal import Document, DocumentVersion, list_documents
from apps.auth.messages.legal import Acceptance, Consent, Withdrawal
from apps.auth.messages.sessions import Tokens
from apps.auth.operations.legal import accept_documents, withdraw_consent
from apps.auth.operations.tokens import issue_tokens
from omnify.api.pagination import Page, Results
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.context import current_user_id
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.services.messages import as_message


class DocumentView(ServiceView):
    authentication_classes = ()

    @route(PUBLIC, summary="Get the legal document in force")
    def get(self, document_type: str) -> Document:
        return queries.get_document(document_type=document_type, now=self.now)


class VersionListView(ServiceView):
    authentication_classes = ()

    @route(
        PUBLIC,
        summary="List all versions of legal documents",
        description="The newest of each type comes first.",
    )
    def get(self) -> Results[DocumentVersion]:
        return Results(results=queries.to_versions(list_documents()))


class OutstandingView(ServiceView):
    @route(
        SIGNED_IN,
        summary="List documents that I have yet to accept",
        description="Until this is empty, writes are refused.",
    )
    def get(self) -> Results[DocumentVersion]:
        outstanding = queries.list_outstanding(user_id=current_user_id(), now=self.now)
        return Results(results=queries.to_versions(outstanding))


class AcceptView(ServiceView):
    is_open_without_consent = True

    @route(
        SIGNED_IN,
        summary="Accept a legal document",
        description="The answer's access token says what is outstanding now.",
    )
    def post(self, acceptance: Acceptance) -> Tokens:
        session = queries.get_current_session(now=self.now)
        accept_documents([acceptance], user_id=session.user_id, device=self.device, now=self.now)
        return issue_tokens(session, now=self.now)


class WithdrawView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="Withdraw a consent", status=201)
    def post(self, withdrawal: Withdrawal) -> Consent:
        user_id = queries.get_current_session(now=self.now).user_id
        row = withdraw_consent(withdrawal, user_id=user_id, device=self.device, now=self.now)
        return as_message(Consent, row)


class AcceptanceListView(ServiceView):
    @route(SIGNED_IN, summary="List all that I accepted or withdrew")
    def get(self) -> Page[Consent]:
        return self.page(queries.list_consents(user_id=current_user_id()), Consent)
