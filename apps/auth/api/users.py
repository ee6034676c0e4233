"""The caller themselves."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.users import Me, User, UserChange
from apps.auth.operations.users import change_user
from omnify.api.fields import given_fields
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class MeView(ServiceView):
    """The caller."""

    @route(SIGNED_IN, summary="Show who is signed in")
    def get(self) -> Me:
        return queries.describe_caller(now=self.now)

    @route(SIGNED_IN, summary="Change my name")
    def patch(self, change: UserChange) -> User:
        user = queries.get_current_session(now=self.now).user
        return as_message(User, change_user(user, **given_fields(change)))
