"""What a browser or program has to answer."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from omnify.services.messages import SECRET, Message

#: A secret that was given out for one use: of a link, or of a challenge.
Secret = Annotated[str, Meta(min_length=1, max_length=200, examples=["Zx0cQ4…"]), SECRET]
#: What a browser's ``navigator.credentials`` answers.
Credential = Annotated[
    dict[Annotated[str, Meta(max_length=64)], Any],
    Meta(max_length=20, description="What the browser's navigator.credentials answers."),
]


class Challenge(Message):
    """An open challenge."""

    challenge: Secret


class PasskeyOptions(Challenge):
    """A challenge, and the options for the browser's ``navigator.credentials``.

    They are for its ``create`` to make a passkey, and for its ``get`` to answer with one.
    """

    options: dict[str, Any]
