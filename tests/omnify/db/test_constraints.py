"""A duplicate is refused in words, and only the duplicate that was meant."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from apps.analytics.models import SavedView
from apps.auth.models import User
from omnify.context import acting_as
from omnify.db import atomic, refuse_taken
from omnify.exceptions import ConflictError

pytestmark = pytest.mark.django_db


def save_view(name="mine", **fields):
    return SavedView.objects.create(name=name, query={}, created_by=uuid4(), **fields)


class TestRefuseTaken:
    def test_raises_the_refusal_for_a_duplicate(self, make_principal):
        with acting_as(make_principal()):
            save_view()

            with (
                pytest.raises(ConflictError, match="taken"),
                refuse_taken("saved_view_name", ConflictError("taken")),
                atomic("analytics"),
            ):
                save_view()

            assert SavedView.objects.count() == 1

    def test_knows_a_field_that_is_unique(self):
        User.objects.create(email="ada@acme.example")

        with (
            pytest.raises(ConflictError),
            refuse_taken("omnify_auth_user_email_key", ConflictError()),
            atomic("auth"),
        ):
            User.objects.create(email="ada@acme.example")

    def test_passes_other_violations_through(self, make_principal):
        with acting_as(make_principal()):
            view = save_view()

            with (
                pytest.raises(IntegrityError),
                refuse_taken("saved_view_name", ConflictError()),
                atomic("analytics"),
            ):
                save_view(name="another", id=view.id)

    def test_refuses_a_name_that_no_constraint_has(self):
        with (
            pytest.raises(LookupError, match="once_upon_a_time"),
            refuse_taken("once_upon_a_time", ConflictError()),
        ):
            pytest.fail("the writes were tried")
