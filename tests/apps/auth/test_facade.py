"""What other services ask of auth."""

import pytest

from apps.auth.contract import Auth
from apps.auth.exceptions import MemberNotFoundError
from apps.auth.models import Brand
from omnify.context import acting_as
from omnify.services import client_of
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db


class TestAuthContract:
    def test_answers_about_the_organization_alone(self, organization, owner):
        stranger = make_member(make_organization(), "owner")

        for name, organization_id in (("Zeta", organization.id), ("Alpha", organization.id)):
            Brand.unscoped.create(organization_id=organization_id, name=name)
        Brand.unscoped.create(organization_id=stranger.organization_id, name="Other")

        with acting_as(owner.client.principal()):
            auth = client_of(Auth)
            assert [brand.name for brand in auth.list_brands()] == ["Alpha", "Zeta"]
            assert [row.role for row in auth.list_members()] == ["owner"]
            assert auth.get_principal(owner.user_id).role == "owner"
            assert auth.check_permission(owner.user_id, "org:admin")
            assert not auth.check_permission(stranger.user_id, "org:admin")
            assert auth.get_outstanding_documents(owner.user_id) == ()
            assert auth.introspect_session(owner.client.opened.id).is_alive
            assert not auth.introspect_session(stranger.client.opened.id).is_alive
            with pytest.raises(MemberNotFoundError):
                auth.get_principal(stranger.user_id)
