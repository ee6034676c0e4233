"""What the security page does with recovery codes."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse

from apps.auth.operations import recovery_codes
from apps.auth.pages.security import show_security
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.forms import ActionPage


class RenewCodesView(ActionPage):
    """New recovery codes in place of the former ones, shown this once."""

    access: ClassVar = {"POST": SIGNED_IN}

    def run(self) -> HttpResponse:
        """Make them and show them."""
        codes = recovery_codes.renew_recovery_codes(now=self.now)
        return show_security(self, recovery_codes=codes)
