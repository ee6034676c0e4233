"""What platforms send to webhooks, and are answered."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from omnify.services.messages import Message

#: A part of a challenge.
Part = Annotated[str, Meta(max_length=200)]
_NAMES: Final = {
    "hub_mode": "hub.mode",
    "hub_challenge": "hub.challenge",
    "hub_verify_token": "hub.verify_token",
    "challenge_code": "challengeCode",
    "application_id": "applicationId",
}


class Challenge(Message, rename=_NAMES):
    """How platforms ask whether an address is ours: Meta, LinkedIn, TikTok."""

    hub_mode: Part = ""
    hub_challenge: Part = ""
    hub_verify_token: Part = ""
    challenge_code: Part = ""
    application_id: Part = ""
    challenge: Part = ""


class Received(Message):
    """What was kept of a delivery."""

    kept: Annotated[int, Meta(description="How many of its events were new.", ge=0, examples=[1])]
