"""Ask a platform for a person's consent, and for tokens: the standard's way.

A platform that does it otherwise has a class derived from ``OAuth`` as its adapter's ``oauth``.
Authlib makes the requests, ``http.exchange`` sends them; nothing is renewed behind one's back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from apps.integrations.platforms.http import exchange
from apps.integrations.platforms.port import Answer
from apps.integrations.platforms.refusals import (
    GrantEndedError,
    MalformedError,
    RequestRefusedError,
    UnreachableError,
)
from apps.integrations.platforms.specs import Configuration, Grant, OAuthSpec

_SUCCESS, _TOO_MANY, _SERVER_ERROR = 2, 429, 500
#: What token endpoints call a grant that is gone for good.
_ENDED = frozenset({"invalid_grant", "unauthorized_client"})


class Consent(NamedTuple):
    """What goes with a person to the platform, and comes back."""

    redirect_uri: str
    state: str = ""
    verifier: str = ""
    shop: str = ""


class OAuth:
    """The code flow of a platform, and the renewal and the giving back of what it gave.

    Args:
        spec: how the platform differs from the standard.
        configuration: what the deployment set.
        allows_loopback: whether the operator's own settings name a loopback address.
    """

    #: What the platform calls the code that a person comes back with.
    code_name: ClassVar[str] = "code"

    def __init__(
        self, spec: OAuthSpec, configuration: Configuration, *, allows_loopback: bool
    ) -> None:
        self.spec, self.configuration = spec, configuration
        self._allows_loopback = allows_loopback

    def authorize_url(self, consent: Consent) -> str:
        """Return the address where the person consents."""
        client = self._client(redirect_uri=consent.redirect_uri)
        url, _ = client.create_authorization_url(
            self._address(self.configuration.authorize_url, consent.shop),
            state=consent.state,
            code_verifier=consent.verifier if self.spec.uses_pkce else None,
            scope=self.spec.scope_separator.join(scope.name for scope in self.spec.scopes) or None,
            **dict(self.spec.authorize_parameters),
        )
        return str(url)

    def redeem(self, code: str, consent: Consent, now: datetime) -> Grant:
        """Return what a code is good for.

        Raises:
            GrantEndedError, RequestRefusedError, UnreachableError, MalformedError: nothing.
        """
        more = dict(self.spec.token_parameters)
        if self.spec.uses_pkce:
            more["code_verifier"] = consent.verifier
        client = self._client(redirect_uri=consent.redirect_uri)
        url = self._address(self.configuration.token_url, consent.shop)
        return self._read(
            lambda: client.fetch_token(url, grant_type="authorization_code", code=code, **more),
            now,
        )

    def refresh(self, refresh_token: str, facts: Mapping[str, str], now: datetime) -> Grant:
        """Return a new grant for a refresh token; without a new one of these, it stays.

        Raises:
            GrantEndedError, RequestRefusedError, UnreachableError, MalformedError: nothing.
        """
        client = self._client()
        url = self._address(self.configuration.token_url, facts.get("shop", ""))
        more = dict(self.spec.token_parameters)
        return self._read(
            lambda: client.refresh_token(url, refresh_token=refresh_token, **more), now
        )

    def complete(self, grant: Grant, token: Mapping[str, Any], now: datetime) -> Grant:
        """Return a grant with what the platform's answer, or its documents, say besides.

        Raises:
            RequestRefusedError: what was granted cannot be used.
        """
        return grant

    def check_callback(self, query: Mapping[str, str], shop: str) -> bool:
        """Tell whether the platform sent a person back so, where it signs what it sends.

        Args:
            query: all that came.
            shop: the one where the person was asked for consent; empty where there are none.
        """
        return True

    def revoke(self, grant: Grant) -> bool:
        """Give back what was granted; tell whether the platform took it, which not all can.

        Args:
            grant: the tokens, and the connection's facts.

        Raises:
            UnreachableError, MalformedError: it did not answer, or not as the standard says.
        """
        if not self.spec.revocation:
            return False
        token_url = self._address(self.configuration.token_url, grant.facts.get("shop", ""))
        client: Any = self._client()
        answer = client.revoke_token(
            urljoin(token_url, self.spec.revocation),
            token=grant.refresh_token or grant.access_token,
            token_type_hint="refresh_token" if grant.refresh_token else "access_token",
        )
        return bool(answer.is_success)

    def _client(self, redirect_uri: str | None = None) -> OAuth2Client:
        method = "client_secret_basic" if self.spec.is_basic else "client_secret_post"
        return OAuth2Client(
            _Session(allows_loopback=self._allows_loopback),
            client_id=self.configuration.client_id,
            client_secret=self.configuration.client_secret,
            token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
            code_challenge_method="S256",
            redirect_uri=redirect_uri,
        )

    @staticmethod
    def _address(url: str, shop: str) -> str:
        return url.replace("{shop}", shop)

    def _has_ended(self, error: OAuth2Error) -> bool:
        """Tell whether a refusal means that the grant is gone for good."""
        return error.error in _ENDED

    def _read(self, ask: Any, now: datetime) -> Grant:
        try:
            token = ask()
        except OAuth2Error as error:
            # The vendor's own description may repeat what was sent.
            if self._has_ended(error):
                raise GrantEndedError("The platform says that its consent has ended.") from None
            word = str(error.error)[:60]
            raise RequestRefusedError(f"The platform refused to give a token ({word}).") from None
        except ValueError:
            raise MalformedError("The platform's answer to a token request is no token.") from None
        return self.complete(read_grant(token, self.spec, now), token, now)


def read_grant(token: Mapping[str, Any], spec: OAuthSpec, now: datetime) -> Grant:
    """Return the grant that a token endpoint's answer says.

    Raises:
        MalformedError: it says none.
    """
    access, refresh = token.get("access_token"), token.get("refresh_token") or ""
    scope = token.get("scope") or ""
    if not (isinstance(access, str) and access and isinstance(refresh, str)):
        raise MalformedError("The platform's answer to a token request has no token.")
    names = scope.split(spec.scope_separator) if isinstance(scope, str) else scope
    return Grant(
        access_token=access,
        refresh_token=refresh,
        expires_at=_end(token.get("expires_in"), now),
        refresh_expires_at=_end(token.get("refresh_token_expires_in"), now),
        scopes=tuple(str(name).strip() for name in names if str(name).strip()),
    )


def _end(seconds: object, now: datetime) -> datetime | None:
    if seconds is None:
        return None
    try:
        return now + timedelta(seconds=float(str(seconds)))
    except (ValueError, OverflowError):
        raise MalformedError("The platform says of no moment when its token ends.") from None


class _Session:
    """What Authlib sends its requests through."""

    def __init__(self, *, allows_loopback: bool) -> None:
        self._allows_loopback = allows_loopback

    def post(self, url: str, *, data: dict[str, str], headers: Any, auth: Any) -> _Response:
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        answer = exchange(
            "POST",
            url,
            headers=headers,
            form=dict(parse_qsl(body, keep_blank_values=True)),
            allows_loopback=self._allows_loopback,
        )
        if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY:
            raise UnreachableError(f"The platform gives no token now (HTTP {answer.status}).")
        return _Response(answer)


class _Response:
    """An answer as Authlib reads it."""

    def __init__(self, answer: Answer) -> None:
        self.status_code, self._body = answer.status, answer.body
        self.is_success = answer.status // 100 == _SUCCESS

    def json(self) -> Any:
        return self._body

    def raise_for_status(self) -> None:
        """Leave it to what is read of the body."""
