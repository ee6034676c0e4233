"""The caller themselves."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.users import Me, Profile, UserChange
from apps.auth.operations.users import change_profile
from omnify.api.fields import given_fields
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class MeView(ServiceView):
    @route(SIGNED_IN, summary="Show who is signed in")
    def get(self) -> Me:
        return queries.describe_caller(now=self.now)

    @route(
        SIGNED_IN,
        summary="Change my name, or how numbers are written and explained to me",
        description="The reader's role is of this organization; it decides wording, no rights.",
    )
    def patch(self, change: UserChange) -> Profile:
        user_id = queries.get_current_session(now=self.now).user_id
        member = change_profile(user_id=user_id, **given_fields(change))
        return as_message(Profile, member.user, reader_role=member.reader_role)
