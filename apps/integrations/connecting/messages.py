"""What the API of connecting takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import SECRET, AwareDatetime, Message

#: A shop's name or address, which the platform's pattern is held to.
ShopText = Annotated[
    str,
    Meta(
        max_length=80,
        description="Of platforms whose addresses are the shop's own.",
        examples=["my-shop.myshopify.com"],
    ),
]


class ConsentRequest(Message):
    """Whose consent is asked for."""

    shop: ShopText = ""


class ConsentAddress(Message):
    """Where a person consents, in the browser that got this answer's cookie."""

    authorize_url: Annotated[
        str,
        SECRET,
        Meta(
            description="Good for ten minutes.",
            examples=["https://www.facebook.com/v27.0/dialog/oauth?client_id=1&state=Xy"],
        ),
    ]


class Returned(Message):
    """What a platform sends a person back with; what it adds besides is its own."""

    state: Annotated[str, Meta(max_length=200, description="As the address of consent had it.")] = (
        ""
    )
    code: Annotated[str, Meta(max_length=4096, description="What tokens are given for.")] = ""
    iss: Annotated[str, Meta(max_length=400, description="Who sends it (RFC 9207).")] = ""
    error: Annotated[str, Meta(max_length=200, examples=["access_denied"])] = ""


class Connected(Message):
    """What was connected, anew or again."""

    connection_id: UUID


class KeyInput(Message):
    """A key of a platform."""

    api_key: Annotated[
        str,
        SECRET,
        Meta(min_length=1, max_length=500, pattern=r"^[!-~]+$", examples=["pk_1f0a"]),
    ]
    shop: ShopText = ""


class Reconnection(Message):
    """With what a connection is made good again."""

    api_key: Annotated[
        Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[!-~]+$")] | None,
        SECRET,
        Meta(
            description="Of a connection by key; others need their owner's consent again.",
            examples=["pk_1f0a"],
        ),
    ] = None


class Picked(Message):
    """Which connection of the platform is meant."""

    connection_id: Annotated[
        UUID | None, Meta(description="Needed where the platform has several.")
    ] = None


class Disconnection(Picked):
    """Which connection is ended, and what becomes of what it brought."""

    data: Annotated[
        Literal["erase", "keep"], Meta(description="Whether what it brought is erased or kept.")
    ] = "erase"


class Disconnected(Message):
    """What was disconnected."""

    connection_id: UUID
    is_revoked: Annotated[
        bool,
        Meta(
            description="Whether the platform took the consent back. Where false, it has no way"
            " to, did not answer, or another connection lives of it."
        ),
    ]


class PlatformStatus(Message):
    """How the platform's connection is, if there is one."""

    platform: Annotated[str, Meta(examples=["meta_ads"])]
    is_connected: bool
    connection_id: UUID | None = None
    name: Annotated[str, Meta(examples=["Shop GmbH"])] = ""
    state: Annotated[
        str, Meta(description="One word for all that is known; empty without a connection.")
    ] = ""
    external_id: Annotated[str, Meta(description="The platform's id of the account.")] = ""
    scopes: Annotated[tuple[str, ...], Meta(examples=[["ads_read"]])] = ()
    expires_at: Annotated[
        AwareDatetime | None, Meta(description="When its token ends, which is renewed before.")
    ] = None
    refresh_expires_at: Annotated[
        AwareDatetime | None, Meta(description="When its owner has to consent again at the latest.")
    ] = None
    refreshed_at: AwareDatetime | None = None


class ConnectLinkInput(Message):
    """What a colleague is asked to connect."""

    platform: Annotated[str, Meta(min_length=1, max_length=40, examples=["meta_ads"])]
    shop: ShopText = ""


class ConnectLink(Message):
    """A link to hand to the colleague who owns the account."""

    url: Annotated[
        str,
        SECRET,
        Meta(
            description="Good once; shown once.",
            examples=["https://app.example.com/app/integrations/connect-link?token=Xy"],
        ),
    ]
    expires_at: AwareDatetime
