"""What the API of connecting takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from apps.integrations.connections.messages import ExternalId, ExternalName, Picked, Scopes
from omnify.services.messages import SECRET, AwareDatetime, Message

#: A shop's name or address, which the platform's pattern is held to.
ShopText = Annotated[
    str,
    Meta(max_length=80, description="Where addresses are a shop's.", examples=["a.myshopify.com"]),
]
ApiKey = Annotated[
    str, SECRET, Meta(min_length=1, max_length=500, pattern=r"^[!-~]+$", examples=["pk_1f0a"])
]
Ending = Annotated[Literal["erase", "keep"], Meta(description="What becomes of what it brought.")]


class ConsentRequest(Message):
    """Whose consent is asked for."""

    shop: ShopText = ""


class ConsentAddress(Message):
    """Where a person consents within ten minutes, in the browser that got this answer's cookie."""

    authorize_url: Annotated[
        str, SECRET, Meta(examples=["https://www.facebook.com/v27.0/dialog/oauth?state=Xy"])
    ]


class Returned(Message):
    """What a platform sends a person back with; what it adds besides is its own."""

    state: Annotated[str, Meta(max_length=200, description="As the consent address had it.")] = ""
    code: Annotated[str, Meta(max_length=4096, description="What tokens are given for.")] = ""
    iss: Annotated[str, Meta(max_length=400, description="Who sends it (RFC 9207).")] = ""
    error: Annotated[str, Meta(max_length=200, examples=["access_denied"])] = ""


class Connected(Message):
    """What was connected, anew or again."""

    connection_id: UUID


class KeyInput(Message):
    """A key of a platform."""

    api_key: ApiKey
    shop: ShopText = ""


class Reconnection(Message):
    """With what a connection is made good again: a key, or else its owner's consent."""

    api_key: ApiKey | None = None


class Removal(Message):
    """What becomes of the data of a connection that is removed."""

    data: Ending = "erase"


class Disconnection(Picked):
    """Which connection is ended, and what becomes of what it brought."""

    data: Ending = "erase"


class Disconnected(Message):
    """What was disconnected, and whether the platform took the consent back.

    It may have no way to, or did not answer, or another connection lives of the consent.
    """

    connection_id: UUID
    is_revoked: bool


class PlatformStatus(Message):
    """How the platform's connection is, if there is one.

    Its token is renewed before it ends; once there is nothing more to renew it with, its owner has
    to consent again.
    """

    platform: Annotated[str, Meta(examples=["meta_ads"])]
    is_connected: bool
    connection_id: UUID | None = None
    name: ExternalName = ""
    state: Annotated[str, Meta(description="One word for all; empty without a connection.")] = ""
    external_id: ExternalId = ""
    scopes: Scopes = ()
    expires_at: AwareDatetime | None = None
    refresh_expires_at: AwareDatetime | None = None
    refreshed_at: AwareDatetime | None = None


class ConnectLinkInput(Message):
    """What a colleague is asked to connect."""

    platform: Annotated[str, Meta(min_length=1, max_length=40, examples=["meta_ads"])]
    shop: ShopText = ""


class ConnectLink(Message):
    """A link to hand to the colleague who owns the account: good once, and shown once."""

    url: Annotated[
        str, SECRET, Meta(examples=["https://x.example/app/integrations/connect-link?token=Xy"])
    ]
    expires_at: AwareDatetime
