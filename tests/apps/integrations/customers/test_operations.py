"""Customers are told apart by a hash that needs the organization's key."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from apps.integrations.customers.models import CustomerKey
from apps.integrations.customers.operations import get_hasher
from omnify.context import acting_as
from omnify.encryption import UndecipherableError

pytestmark = pytest.mark.django_db


@pytest.fixture
def hasher_of(make_principal):
    def hasher_of(organization_id):
        with acting_as(make_principal(organization_id=organization_id)):
            return get_hasher()

    return hasher_of


class TestHashCustomer:
    def test_is_alike_for_spellings_of_one_customer(self, hasher_of):
        organization_id = uuid4()

        first = hasher_of(organization_id).hash_customer("Jane@Doe.de ")

        assert len(first) == 32
        assert hasher_of(organization_id).hash_customer("jane@doe.DE") == first
        assert hasher_of(organization_id).hash_customer("john@doe.de") != first

    def test_is_different_in_each_organization(self, hasher_of):
        one, two = (hasher_of(uuid4()).hash_customer("jane@doe.de") for _ in range(2))

        assert one != two

    def test_of_an_unknown_customer_is_empty(self, hasher_of):
        assert hasher_of(uuid4()).hash_customer(" ") == ""


class TestKey:
    def test_cannot_be_read_without_the_key_ring(self, hasher_of, settings):
        organization_id = uuid4()
        hasher_of(organization_id)
        settings.ENCRYPTION_KEYS = (Fernet.generate_key().decode(),)

        with pytest.raises(UndecipherableError):
            hasher_of(organization_id)

    def test_cannot_be_that_of_another_organization(self, hasher_of):
        one, two = uuid4(), uuid4()
        hasher_of(one), hasher_of(two)
        stolen = CustomerKey.unscoped.get(organization_id=two)
        CustomerKey.unscoped.filter(organization_id=one).update(encrypted=stolen.encrypted)

        with pytest.raises(UndecipherableError):
            hasher_of(one)
