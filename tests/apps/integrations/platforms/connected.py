"""A connection to a peer of its platform, with tokens that the peer gave."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.test import override_settings

from apps.integrations.authorizing.models import Credential
from omnify.context import Principal, acting_as
from omnify.encryption import encrypt_text
from tests.factories.integrations import make_connection


@contextmanager
def connected(platform, peer, organization_id, *, facts=None, token=None):
    """Give a connection whose platform is a peer, to act as its organization."""
    now = datetime.now(UTC)
    connection = make_connection(organization_id, platform=platform, facts=facts or {})
    tokens = {"access_token": token, "refresh_token": ""} if token else peer.give_tokens()
    row = Credential(organization_id=organization_id, connection=connection, refreshed_at=now)
    row.access_encrypted = encrypt_text(tokens["access_token"], purpose=row.secret_purpose)
    if tokens["refresh_token"]:
        row.refresh_encrypted = encrypt_text(tokens["refresh_token"], purpose=row.secret_purpose)
        row.expires_at = now + timedelta(seconds=tokens["expires_in"])
    row.save()
    with (
        override_settings(PLATFORMS={platform: getattr(peer, "settings", {"API_URL": peer.url})}),
        acting_as(Principal(organization_id=organization_id)),
    ):
        yield connection
