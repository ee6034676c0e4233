"""Second factors."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from apps.auth.messages.challenges import Credential
from omnify.api.fields import UNSET, UnsetType
from omnify.services.messages import SECRET, Message

_Code = Annotated[str, Meta(min_length=1, max_length=40, examples=["123456"])]


class FactorAnswer(Message):
    """An answer with a code of the app, a recovery code, or a passkey."""

    code: Annotated[_Code, Meta(description="Of the app, or a recovery code.")] | UnsetType = UNSET
    recovery_code: _Code | UnsetType = UNSET
    passkey: Credential | UnsetType = UNSET

    @property
    def any_code(self) -> str:
        """Return the code, whichever was given."""
        return self.code or self.recovery_code or ""


class TotpCode(Message):
    """A code of an authenticator app."""

    code: Annotated[str, Meta(min_length=1, max_length=10, examples=["123456"])]


class TotpSetup(Message):
    """What an authenticator app needs: as text, as a link and as a picture."""

    secret: Annotated[str, SECRET]
    otpauth_uri: Annotated[str, Meta(examples=["otpauth://totp/Omnify:ada@acme.example"]), SECRET]
    qr_svg: Annotated[str, Meta(examples=["<svg/>"]), SECRET]


class MfaStatus(Message):
    """The user's second factors."""

    is_enabled: bool
    methods: Annotated[tuple[str, ...], Meta(examples=[["totp", "recovery_code"]])]
    passkeys: int
    recovery_codes_left: int


class RecoveryCodes(Message):
    """Recovery codes, shown this once."""

    recovery_codes: Annotated[tuple[str, ...], Meta(examples=[["abcd-efgh-ijkl-mnop"]]), SECRET]
