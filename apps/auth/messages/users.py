"""Users."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.auth.contract import ReaderRole
from apps.auth.messages.members import Membership
from apps.auth.messages.organizations import Organization
from apps.auth.messages.passwords import NewPassword
from omnify.api.fields import UNSET, UnsetType, one_line
from omnify.services.messages import AwareDatetime, Message
from omnify.voices import VoiceName

Name = Annotated[str, one_line(100, "Ada")]


PageVoice = Annotated[
    VoiceName,
    Meta(
        description=(
            "How pages write numbers and days, as a language does; empty: as the browser's"
            " languages do. Answers and files of the API are the same for everybody."
        ),
        examples=["de"],
    ),
]


class NewUser(Message):
    """A user to be."""

    first_name: Name
    last_name: Name
    password: NewPassword


class User(Message):
    """A user as they see themselves."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    is_staff: bool
    voice: PageVoice
    created_at: AwareDatetime


class Profile(User):
    """A user with what they chose in the organization."""

    reader_role: ReaderRole


class UserChange(Message):
    """What users may change of themselves; the reader's role is the organization's."""

    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    voice: PageVoice | UnsetType = UNSET
    reader_role: (
        Annotated[ReaderRole, Meta(description="Whose questions numbers are explained for.")]
        | UnsetType
    ) = UNSET


class Me(Message):
    """The caller, and what they may do."""

    user: User
    organization: Organization
    role: str
    reader_role: ReaderRole
    permissions: tuple[str, ...]
    email_verified: bool
    organizations: tuple[Membership, ...]
    documents_outstanding: Annotated[tuple[str, ...], Meta(examples=[[]])]
