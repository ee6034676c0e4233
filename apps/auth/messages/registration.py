"""Registering an organization."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from apps.auth.messages.legal import Acceptance
from apps.auth.messages.organizations import Organization, OrganizationName
from apps.auth.messages.sign_in import SignedIn
from apps.auth.messages.users import NewUser
from omnify.api.fields import Email, TimeZoneName
from omnify.services.messages import Message

#: More documents than may ever be in force at a time.
_MOST_DOCUMENTS = 20


class Registration(NewUser):
    """A new organization and its owner."""

    organization_name: OrganizationName
    email: Email
    currency: Annotated[
        str,
        Meta(
            pattern="^([A-Z]{3})?$",
            description="ISO 4217; without it the first data settles it.",
            examples=["EUR"],
            extra_json_schema={"format": "iso-4217"},
        ),
    ] = ""
    timezone: TimeZoneName = "UTC"
    is_demo: Annotated[bool, Meta(description="Whether it holds sample data.")] = False
    accepted_documents: Annotated[
        tuple[Acceptance, ...],
        Meta(
            max_length=_MOST_DOCUMENTS,
            description="Without them the new user can read and accept, and nothing else.",
            examples=[
                [
                    {"document_type": "terms", "version": "1"},
                    {"document_type": "privacy", "version": "1"},
                    {"document_type": "acceptable-use", "version": "1"},
                ]
            ],
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse a document that is named twice."""
        types = [each.document_type for each in self.accepted_documents]
        if len(set(types)) < len(types):
            raise ValueError("Name each document in accepted_documents once.")


class Registered(SignedIn):
    """A session's tokens, its user, and the organization that was registered."""

    organization: Organization


class RegistrationPending(Message):
    """A registration that waits until the address is proven."""

    next: Literal["verify_email"]
