"""Encrypted columns: all are declared, and outlive the key that they were encrypted with."""

from datetime import UTC, datetime
from io import StringIO
from uuid import UUID, uuid4

import msgspec
import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from apps.auth.operations.signing_keys import forget_signing_key
from apps.integrations.customers.operations import get_hasher
from apps.integrations.models import Credential, OAuthState, OriginalChunk, WebhookSubscription
from omnify.context import Principal, acting_as
from omnify.encryption import decrypt, decrypt_text, encrypt_text
from omnify.encryption.columns import EncryptedColumn, list_encrypted_columns, renew_column
from omnify.jobs.models import Job, Schedule
from tests.apps.auth.people import finish_login, login, set_up_totp, totp
from tests.apps.integrations.imports.test_kinds import FILE, ORDERS
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
#: How every value begins that was encrypted.
TOKEN = "gAAAAA"
KINDS = (models.BinaryField, models.TextField, models.CharField, models.JSONField)


@pytest.fixture(autouse=True)
def old_ring(settings):
    settings.ENCRYPTION_KEYS = (OLD,)
    forget_signing_key()


def renew():
    """Run the command; returns what it says of columns that hold something."""
    said = StringIO()
    call_command("encryption", "renew", stdout=said)
    return [line for line in said.getvalue().splitlines() if " of 0 " not in line]


def find_encrypted():
    """Yield the columns that hold encrypted values now."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            values = model._base_manager.values_list(field.attname, flat=True)
            if isinstance(field, KINDS) and any(TOKEN in _text_of(value) for value in values):
                yield f"{model._meta.label}.{field.name}"


def _text_of(value):
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def hash_of_jane(client):
    with acting_as(Principal(organization_id=client.answer["organization"]["id"])):
        return get_hasher().hash_customer("jane")


def make_consent(client):
    """Make what a platform granted, and a consent that is under way; returns the former."""
    organization_id = client.answer["organization"]["id"]
    with acting_as(Principal(organization_id=UUID(organization_id))):
        state = OAuthState(
            organization_id=UUID(organization_id),
            digest=b"digest",
            user_id=uuid4(),
            platform="meta_ads",
            expires_at=NOW,
        )
        state.verifier_encrypted = encrypt_text("verifier", purpose=state.secret_purpose)
        state.save()
        connection = make_connection(UUID(organization_id), platform="meta_ads")
        granted = Credential(connection=connection, refreshed_at=NOW)
        granted.access_encrypted = encrypt_text("access", purpose=granted.secret_purpose)
        granted.refresh_encrypted = encrypt_text("refresh", purpose=granted.secret_purpose)
        granted.save()
        pushed = WebhookSubscription(connection=connection, checked_at=NOW)
        pushed.secret_encrypted = encrypt_text("whsec", purpose=pushed.secret_purpose)
        pushed.save()
    return granted


def make_schedule():
    """Make a schedule whose job's input has a sealed text."""
    kind = "auth.deliver_mail"
    sealed = msgspec.json.encode({"sealed_to": encrypt_text("jane", purpose=kind)})
    Schedule.objects.create(
        id=uuid4(),
        service="auth",
        name="mail",
        kind=kind,
        input=sealed,
        cron="0 3 * * *",
        next_at=NOW,
    )


class TestEncryptionRenew:
    def test_lets_the_old_key_be_dropped(self, api, registered, mailoutbox, settings):
        mailoutbox.clear()
        secret, _ = set_up_totp(registered)
        api.post("/api/auth/password/reset", {"email": REGISTRATION["email"]}, format="json")
        send(registered, FILE, ORDERS)
        jane = hash_of_jane(registered)
        granted = make_consent(registered)
        make_schedule()
        holding = set(find_encrypted())

        settings.ENCRYPTION_KEYS = (NEW, OLD)
        lines = renew()
        settings.ENCRYPTION_KEYS = (NEW,)
        forget_signing_key()

        declared = {str(each) for each in list_encrypted_columns("default")}
        assert holding == declared - {"omnify_auth.LoginChallenge.state"}
        assert all(any(name in line for line in lines) for name in holding)
        assert {mail.subject for mail in mailoutbox} >= {"Reset your password"}
        assert hash_of_jane(registered) == jane
        chunk = OriginalChunk.unscoped.get()
        assert decrypt(bytes(chunk.content), purpose=chunk.purpose) == FILE.encode()
        granted = Credential.unscoped.get(id=granted.id)
        refresh = decrypt_text(granted.refresh_encrypted, purpose=granted.secret_purpose)
        assert refresh == "refresh"
        challenge = login(api).json()["challenge"]
        assert finish_login(api, challenge, totp(secret)).status_code == 200

    def test_lets_a_set_up_that_is_under_way_go_on(self, registered, settings):
        secret = registered.post("/api/mfa/totp/setup").json()["secret"]

        settings.ENCRYPTION_KEYS = (NEW, OLD)
        renew()
        settings.ENCRYPTION_KEYS = (NEW,)

        body = {"code": totp(secret)}
        assert registered.post("/api/mfa/totp/verify", body, format="json").status_code == 200

    def test_changes_nothing_the_second_time(self, registered, settings):
        settings.ENCRYPTION_KEYS = (NEW, OLD)
        assert "default omnify_auth.SigningKey.private_encrypted: 1 of 1 renewed" in renew()

        assert {line.split(": ")[1].split()[0] for line in renew()} == {"0"}

    def test_names_values_of_a_lost_key_and_renews_the_others(self, registered, settings):
        settings.ENCRYPTION_KEYS = (NEW,)

        with pytest.raises(CommandError, match="under a key that OMNIFY_ENCRYPTION_KEYS lacks"):
            renew()


def add_jobs(count):
    sealed = encrypt_text("mail", purpose="tests.send")
    content = f'{{"sealed":"{sealed}"}}'.encode()
    Job.objects.bulk_create(
        Job(service="auth", kind="tests.send", input=content, origin=b"", state="succeeded")
        for _ in range(count)
    )


class TestRenewColumn:
    @pytest.fixture
    def column(self):
        [found] = [each for each in list_encrypted_columns("default") if each.model is Job]
        return found

    def test_goes_on_where_it_was_stopped(self, column, settings):
        add_jobs(60)
        settings.ENCRYPTION_KEYS = (NEW, OLD)

        first = next(renew_column(column, "default"))
        *_, second = renew_column(column, "default")

        assert (first.renewed, second.read, second.renewed) == (50, 60, 10)

    def test_keeps_what_another_process_wrote_meanwhile(self, column, settings):
        add_jobs(1)
        settings.ENCRYPTION_KEYS = (NEW, OLD)

        def renew_late(row):
            Job.objects.update(input=b"{}")
            return column.renew(row)

        late = EncryptedColumn(Job, "input", renew_late)
        assert [each.renewed for each in renew_column(late, "default")] == [0]
        assert bytes(Job.objects.get().input) == b"{}"
