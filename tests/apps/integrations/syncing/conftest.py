"""A connection of a remembered platform, at noon of a day that tests move."""

from datetime import UTC, datetime

import pytest
import time_machine

from apps.integrations.authorizing.models import Credential
from apps.integrations.platforms import registry
from omnify.context import acting_as
from tests.apps.integrations.platforms.remembered import Remembered
from tests.apps.integrations.syncing.runs import Syncs
from tests.factories.auth import make_organization
from tests.factories.integrations import make_connection

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def platform(monkeypatch):
    adapter = Remembered()
    monkeypatch.setattr(registry, "ADAPTERS", {"remembered": adapter})
    return adapter


@pytest.fixture
def syncs(clock, platform, client_for, make_principal):
    principal = make_principal(organization_id=make_organization().id)
    with acting_as(principal):
        connection = make_connection(principal.organization_id, platform="remembered")
        Credential.objects.create(connection=connection, access_encrypted="", refreshed_at=NOW)
        # A token that is as old as the connection would have ended after an hour.
        made = Syncs(lambda: client_for(principal), connection, platform, clock)
        made.see_accounts()
        made.choose("a1")
        yield made
