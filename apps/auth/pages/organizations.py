"""The page of the organization itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse

from apps.auth import queries
from apps.auth.forms import OrganizationForm
from apps.auth.operations.organizations import change_organization
from apps.auth.pages.settings import SettingsForm, disable
from omnify.context import current
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.parts import Banner

_FIELDS = ("name", "currency", "timezone", "week_start")


class OrganizationView(SettingsForm):
    """Name, currency, time zone and week of the organization."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": "org:edit"}
    heading = "Organization"
    tab = back = "auth:organization"

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form as the organization is, for those who may not change it to be read."""
        form = OrganizationForm(*sent, **options | {"initial": self.find_initial()})
        return form if self._may_edit() else disable(form)

    def find_initial(self) -> dict[str, Any]:
        """Return what the organization says of itself."""
        organization = queries.get_organization()
        return {name: getattr(organization, name) for name in _FIELDS}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Change what is different: a currency that nobody chose stays to be settled by data."""
        changes = {name: given[name] for name in self.form.changed_data}
        if changes:
            change_organization(**changes)
        return self.go_back("The organization is saved.")

    def find_context(self) -> dict[str, Any]:
        """Return the form; without a button for those who may only read."""
        context = super().find_context()
        if self._may_edit():
            return context
        text = "You can see this and not change it; ask an owner or admin to."
        return context | {"parts": (Banner(text=text), *context["parts"])}

    def _may_edit(self) -> bool:
        return current().principal.has_permission("org:edit")
