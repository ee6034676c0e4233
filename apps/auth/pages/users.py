"""The page of what users say of themselves, and how the product looks to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import ProfileForm
from apps.auth.operations.users import change_profile
from apps.auth.pages.cookies import set_voice
from apps.auth.pages.settings import SettingsForm, describe
from omnify.context import current_user_id
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.parts import Action, Form, LinkButton, Part, Section


class AccountView(SettingsForm):
    """The viewer's name, reader's role, voice, address and theme."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    template = "omnify_auth/users/page.html"
    form_class = ProfileForm
    heading = "My account"
    tab = back = "auth:account"

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form, which says the zone of the times on pages."""
        return ProfileForm(*sent, **options, timezone=queries.get_organization().timezone)

    def find_initial(self) -> dict[str, Any]:
        """Return what the user said."""
        member = queries.get_member(user_id=current_user_id())
        own = {name: getattr(member.user, name) for name in ("first_name", "last_name", "voice")}
        return {**own, "reader_role": member.reader_role}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Change it."""
        change_profile(user_id=current_user_id(), **given)
        response = self.go_back("Your account is saved.")
        set_voice(self.request, response, given["voice"])
        return response

    def find_context(self) -> dict[str, Any]:
        """Return the form, and the address with its state."""
        form = Form(fields=self.form, url=self.request.path, button=self.button)
        profile = Section(title="Profile", parts=(form,))
        return describe(self.heading, self.tab, (profile, self._address()))

    def _address(self) -> Section:
        user = queries.get_user(current_user_id())
        change = LinkButton(url=reverse("auth:change-address"), label="Change the address")
        parts: tuple[Part, ...] = (change,)
        state = "It is confirmed."
        if not queries.is_email_verified(user):
            state = "It is not confirmed yet: open the link in the mail that was sent to it."
            send = Action(url=reverse("auth:send-verification"), label="Mail me a new link")
            parts = (send, change)
        if pending := queries.find_pending_address(user, now=self.now):
            state += f" It changes to {pending} once the link that was mailed there is opened."
        return Section(title="E-mail", text=f"You sign in with {user.email}. {state}", parts=parts)
