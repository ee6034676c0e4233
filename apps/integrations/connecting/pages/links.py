"""What a colleague sees who owns an account at a platform, and has none here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse

from apps.auth.contract import Auth
from apps.integrations.authorizing.models import OAuthState
from apps.integrations.connecting import browsers
from apps.integrations.connecting.forms import LinkForm
from apps.integrations.connecting.operations.finishing import member_of
from apps.integrations.connecting.operations.links import follow_link, get_link
from apps.integrations.connecting.pages.leaving import leave
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import PlatformSpec
from omnify.context import acting_as
from omnify.identity.permissions import PUBLIC
from omnify.names import isolate
from omnify.pages.forms import FormPage
from omnify.pages.parts import Form
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView
from omnify.services import client_of

_TEXT = (
    "{organization} works with Omnify and asks you to let it read {platform}. You sign in at"
    " {platform} itself, which tells you what is asked for; nobody here sees your password. You"
    " need no account at Omnify."
)
_DONE = "Thank you. Whoever sent you the link chooses next what is read; you can close this page."


class ConnectLinkView(FormPage):
    """The question whether a colleague connects a platform; only its button uses the link up."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    layout = "plain"
    form_class = LinkForm

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Go to the platform."""
        link = get_link(given["token"], self.now)
        url = browsers.callback_url(self.request, link.platform)
        way = follow_link(given["token"], callback_url=url, now=self.now)
        return leave(self, way, platform=_spec_of(link).name)

    def find_initial(self) -> dict[str, Any]:
        """Return the secret."""
        return {"token": self.request.GET.get("token", "")}

    def find_context(self) -> dict[str, Any]:
        """Return who asks for what.

        Raises:
            ConnectLinkInvalidError: the link is of no use.
        """
        given = self.request.POST or self.request.GET
        link = get_link(given.get("token", ""), self.now)
        platform = _spec_of(link).name
        with acting_as(member_of(link)):
            organization = isolate(client_of(Auth).get_organization().name)
        return {
            "heading": f"Connect {platform} for {organization}",
            "text": _TEXT.format(organization=organization, platform=platform),
            "form": Form(
                fields=self.form,
                url=self.request.path,
                button=f"Continue to {platform}",
                stays=False,
            ),
        }


class ConnectLinkDoneView(PageView):
    """What a colleague sees once it is done."""

    access: ClassVar = {"GET": PUBLIC}
    layout = "plain"

    def get(self, request: PageRequest) -> HttpResponse:
        """Thank them."""
        context = {"heading": "Connected", "text": _DONE}
        return self.show("omnify/pages/form.html", context)


def _spec_of(link: OAuthState) -> PlatformSpec:
    return get_adapter(link.platform).spec
