"""Secrets at rest: the ring of keys, and what each value is for."""

import hashlib

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from omnify.encryption import (
    UndecipherableError,
    decrypt,
    decrypt_text,
    encrypt,
    encrypt_text,
    fingerprints,
)

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class TestEncrypt:
    def test_gives_back_what_it_took(self):
        sealed = encrypt(b"\x00\xff bytes", purpose="tests")

        assert b"bytes" not in sealed
        assert decrypt(sealed, purpose="tests") == b"\x00\xff bytes"
        assert decrypt_text(encrypt_text("Öl", purpose="tests"), purpose="tests") == "Öl"

    def test_is_read_after_the_key_was_replaced(self, settings):
        settings.ENCRYPTION_KEYS = (OLD,)
        sealed = encrypt(b"secret", purpose="tests")
        settings.ENCRYPTION_KEYS = (NEW, OLD)

        assert decrypt(sealed, purpose="tests") == b"secret"

    def test_uses_the_newest_key(self, settings):
        settings.ENCRYPTION_KEYS = (NEW, OLD)
        sealed = encrypt(b"secret", purpose="tests")
        settings.ENCRYPTION_KEYS = (NEW,)

        assert decrypt(sealed, purpose="tests") == b"secret"


class TestDecrypt:
    def test_refuses_a_value_of_another_purpose(self):
        sealed = encrypt(b"secret", purpose="mail")

        with pytest.raises(UndecipherableError, match="totp"):
            decrypt(sealed, purpose="totp")

    def test_refuses_a_value_of_a_lost_key_in_words(self, settings):
        settings.ENCRYPTION_KEYS = (OLD,)
        sealed = encrypt_text("secret", purpose="mail")
        settings.ENCRYPTION_KEYS = (NEW,)

        with pytest.raises(UndecipherableError, match="OMNIFY_ENCRYPTION_KEYS"):
            decrypt_text(sealed, purpose="mail")

    def test_reads_what_was_encrypted_before_there_were_purposes(self, settings):
        settings.ENCRYPTION_KEYS = (NEW, OLD)

        assert decrypt(Fernet(OLD).encrypt(b"secret"), purpose="mail") == b"secret"

    @pytest.mark.parametrize("keys", [(), ("short",), ("not base64 at all" * 3,)])
    def test_names_the_setting_that_is_wrong(self, settings, keys):
        settings.ENCRYPTION_KEYS = keys

        with pytest.raises(ImproperlyConfigured, match="OMNIFY_ENCRYPTION_KEYS"):
            decrypt(b"any", purpose="mail")


class TestFingerprints:
    def test_tell_neither_content_nor_purpose(self):
        [first] = fingerprints(b"secret", purpose="one")
        [second] = fingerprints(b"secret", purpose="two")

        assert len({first, second, hashlib.sha256(b"secret").hexdigest()}) == 3
        assert fingerprints(b"secret", purpose="one") == (first,)

    def test_recognise_content_after_the_key_was_replaced(self, settings):
        settings.ENCRYPTION_KEYS = (OLD,)
        [kept] = fingerprints(b"secret", purpose="tests")
        settings.ENCRYPTION_KEYS = (NEW, OLD)

        newest, former = fingerprints(b"secret", purpose="tests")

        assert (newest != kept, former) == (True, kept)

    def test_are_plain_where_no_secrets_are_held(self, settings):
        settings.ENCRYPTION_KEYS = ()

        assert fingerprints(b"a", purpose="x") == (hashlib.sha256(b"a").hexdigest(),)
