"""The page where a user sees and changes what lets them in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import PasskeyForm, PasswordForm
from apps.auth.models import Session, User
from apps.auth.pages.settings import make_tabs, say_ago
from omnify.context import current
from omnify.identity.permissions import SIGNED_IN
from omnify.names import isolate
from omnify.pages.days import say_day, say_moment
from omnify.pages.forms import FormPage
from omnify.pages.parts import Action, Banner, Entry, Form, Listing
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_TEMPLATE = "omnify_auth/security/page.html"
_MOST_SESSIONS = 50
_LONGEST_NAME = 60
#: What user agents name, the particular before what it is made of.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("HeadlessChrome/", "Chromium"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


class SecurityView(PageView):
    """Sessions, factors, recovery codes and the password."""

    access: ClassVar = {"GET": SIGNED_IN}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show what lets the user in."""
        return show_security(self)


class SecurityForm(FormPage, is_base=True):
    """The base of the page's forms: with a problem the page comes back, and the form in it."""

    template = _TEMPLATE
    back = "auth:security"
    #: What the template calls the form.
    place: ClassVar[str] = ""

    def get(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Show the page as it stands."""
        return show_security(self)

    def find_context(self) -> dict[str, Any]:
        """Return the page with the form as it was sent."""
        sent = Form(fields=self.form, url=self.request.path, button=self.button)
        return {**find_security(self.now), self.place: sent}


def show_security(
    view: PageView, said: str = "", *, recovery_codes: Iterable[str] = (), **shown: Any
) -> HttpResponse:
    """Return the page, with what was done and what is shown this once."""
    notices = {"notices": [Banner(text=said, level="success")]} if said else {}
    codes = "\n".join(recovery_codes)
    context = {**find_security(view.now), "recovery_codes": codes, **notices, **shown}
    return view.show(_TEMPLATE, context)


def find_security(now: datetime) -> dict[str, Any]:
    """Return what the page's template knows."""
    user = queries.get_current_session(now=now).user
    sessions = list(queries.list_sessions(user_id=user.id, now=now)[:_MOST_SESSIONS])
    are_others = any(each.id != current().principal.session_id for each in sessions)
    password = PasswordForm(initial={"username": user.email})
    methods = queries.list_factors(user)
    return {
        "tabs": make_tabs("auth:security"),
        "strength": _say_strength(methods),
        "methods": methods,
        "set_up": Action(url=reverse("auth:set-up-app"), label="Set up an app"),
        "passkeys": _passkeys(user),
        "passkey": PasskeyForm(),
        "codes_left": queries.count_recovery_codes(user),
        "renew_codes": Action(url=reverse("auth:recovery-codes"), label="Make new recovery codes"),
        "remove_factors": Action(
            url=reverse("auth:remove-factors"), label="Remove all second factors", asks=True
        ),
        "password": Form(
            fields=password, url=reverse("auth:password"), button="Change the password"
        ),
        "sessions": Listing(entries=tuple(_session(session, now) for session in sessions)),
        "end_others": Action(url=reverse("auth:end-others"), label="End all other sessions")
        if are_others
        else None,
    }


def _passkeys(user: User) -> Listing:
    return Listing(
        entries=tuple(
            Entry(
                f"{isolate(passkey.data['name'])}, since {say_day(passkey.created_at)}",
                parts=(
                    Action(
                        url=reverse("auth:remove-passkey", args=[passkey.id]),
                        label="Remove",
                        about=passkey.data["name"],
                        asks=True,
                    ),
                ),
            )
            for passkey in queries.list_passkeys(user)
        )
    )


def _session(session: Session, now: datetime) -> Entry:
    device = session.device_name or name_device(session.user_agent)
    name = f"{device[: _LONGEST_NAME - 1]}…" if len(device) > _LONGEST_NAME else device
    is_current = session.id == current().principal.session_id
    seen = "now" if is_current else say_ago(session.rotated_at, now=now)
    address = session.address or "address unknown"
    text = f"{isolate(name)} · {seen} · {address}, since {say_moment(session.created_at)}"
    if is_current:
        return Entry(text, note="this one")
    url = reverse("auth:end-session", args=[session.id])
    return Entry(text, parts=(Action(url=url, label="End", about=device),))


def name_device(user_agent: str) -> str:
    """Return a browser and its system as people call them, such as ``Firefox on Windows``."""
    browser = _find_name(_BROWSERS, user_agent)
    system = _find_name(_SYSTEMS, user_agent)
    return " on ".join(filter(None, (browser, system))) or user_agent or "Unknown device"


def _find_name(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")


def _say_strength(methods: tuple[str, ...]) -> Banner:
    """Return how well the account is protected, and what would make it better."""
    if "passkey" in methods:
        return Banner(text="Strong: a passkey cannot be guessed or fished for.", level="success")
    if "totp" in methods:
        text = "Good: password and app. A passkey would be stronger, and quicker."
        return Banner(text=text, level="success")
    text = "Weak: whoever has your password is in. Add a passkey or an authenticator app."
    return Banner(text=text, level="warning")
