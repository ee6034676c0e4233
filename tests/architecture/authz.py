"""The matrix route, role, own or foreign: what is declared, and what is answered.

Complete by construction: every route of every service is in it, and an id of a kind for which
there is no row here is an error. ``make authz`` prints it.
"""

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import UUID

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()

from django.db import transaction
from django.urls import URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.auth.roles import OWNER, SYSTEM_ROLES
from apps.integrations.imports.operations import drafts
from apps.integrations.imports.operations.undoing import UndoImport
from apps.integrations.models import Connection, PlatformAction
from apps.integrations.syncing.models import SyncRun
from omnify.api.examples import example_of
from omnify.api.problems import MEDIA_TYPE
from omnify.context import Context, use
from omnify.db import atomic
from omnify.identity.permissions import PUBLIC, SIGNED_IN, STAFF
from omnify.jobs.operations import request_job
from omnify.pages.session import RENEW_PATH
from omnify.pages.views import PageView
from tests.apps.auth.people import add_passkey
from tests.factories.auth import make_member, make_organization
from tests.world import import_file

ROLES = tuple(SYSTEM_ROLES)
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
#: What a page that takes an id is sent: one of its forms is right.
PAGE_FORM = {"name": "Reader", "role": "viewer"}
#: Rows of one member alone, here the owner: not there for the organization's others either.
PERSONAL = {"session_id", "device_id", "key_id", "passkey_id"}


class Route(NamedTuple):
    """A method of a route and what its view declares."""

    method: str
    path: str
    needed: str
    #: The message that the body has to be, None without one.
    body: type | None = None

    @property
    def parameters(self) -> list[str]:
        """The ids in its path, by name."""
        return [name for _, name in _PARAMETER.findall(self.path)]


class Cell(NamedTuple):
    """What somebody was answered on a route."""

    route: Route
    who: str
    whose: str
    status: int
    code: str


def api_routes() -> list[Route]:
    """Every route of an API of all services, once per method."""
    return _routes(lambda view: not issubclass(view, PageView))


def page_routes() -> list[Route]:
    """Every route of a page of all services, once per method."""
    return _routes(lambda view: issubclass(view, PageView))


def answered_messages() -> set[type]:
    """The types of the messages that routes of APIs answer with."""
    handlers = (
        getattr(view, method.lower(), None) for _, view in _views() for method in view.access
    )
    declared = (getattr(handler, "route", None) for handler in handlers)
    return {message for route in declared if route for message in route.messages}


def _views() -> Iterator[tuple[str, type]]:
    """Every view that declares its access, with its path."""

    def walk(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, path)
            elif hasattr(view := getattr(pattern.callback, "view_class", None), "access"):
                yield path, view

    return walk(get_resolver())


def _routes(is_wanted: Callable[[type], bool]) -> list[Route]:
    found = {
        (path, method): Route(method, "/" + path, needed, _body_of(view, method))
        for path, view in _views()
        if is_wanted(view)
        for method, needed in view.access.items()
    }
    return [found[place] for place in sorted(found)]


def _body_of(view: type, method: str) -> type | None:
    declared = getattr(getattr(view, method.lower(), None), "route", None)
    return declared and declared.body


class World(NamedTuple):
    """Two organizations with a member of each role, and an id of each kind of row of each."""

    members: dict[str, APIClient]
    rows: dict[str, str]
    foreign_rows: dict[str, str]


def make_world() -> World:
    """Make both organizations."""
    members, rows = _populate("Globex")
    _, foreign = _populate("Initech")
    return World(members, rows, foreign)


def _populate(name: str) -> tuple[dict[str, APIClient], dict[str, str]]:
    organization = make_organization(name=name)
    members = {role: make_member(organization, role) for role in ROLES}
    clients = {role: member.client for role, member in members.items()}
    return clients, _make_rows(clients["owner"], members)


def _make_rows(owner: APIClient, members: dict) -> dict[str, str]:
    """A row of each kind of an organization, by the name of its id in routes."""
    import_file(owner)
    agent = owner.get("/api/agentkit/agents").json()["results"][0]
    query = {"measures": ["spend"], "from": "2019-01-01", "to": "2019-12-31"}

    def made(path, body):
        answer = owner.post(path, body, format="json")
        assert answer.status_code in (200, 201), answer.json()
        return str(answer.json()["id"])

    connection = owner.get("/api/integrations/connections").json()["results"][0]
    grant = ["analytics:view"]
    owner.post("/api/predictive/forecast", {"metric": "spend"}, format="json")
    forecast = owner.get("/api/predictive/predictions").json()["results"][0]
    forecasts = owner.post("/api/predictive/predictions").json()["job_id"]
    return {
        "connection_id": connection["id"],
        "import_id": owner.get("/api/integrations/imports").json()["results"][0]["id"],
        "rate_id": made(
            "/api/integrations/rates",
            {"date": "2026-01-02", "base": "EUR", "currency": "USD", "rate": "1.1"},
        ),
        "agent_id": agent["id"],
        "execution_id": made(f"/api/agentkit/agents/{agent['id']}/execute", {}),
        "forecast_id": forecast["id"],
        "view_id": made("/api/analytics/views", {"name": "mine", "query": query}),
        "session_id": str(owner.opened.id),
        "device_id": str(owner.opened.device_id),
        "key_id": made("/api/auth/api-keys", {"name": "k", "permissions": grant}),
        "user_id": str(members["viewer"].user_id),
        "brand_id": made("/api/organizations/brands", {"name": "Brand"}),
        "role_id": made("/api/rbac/roles", {"name": "Analyst", "permissions": grant}),
        "invitation_id": made(
            "/api/organizations/invitations", {"email": "new@people.example", "role": "viewer"}
        ),
        "passkey_id": str(add_passkey(owner)["id"]),
        "document_type": "terms",
        "step": "welcome",
        # Each service has jobs of its own.
        "predictive/job_id": forecasts,
        "ml/job_id": forecasts,
        "integrations/job_id": _ask_for_job(connection["id"]),
        "draft_id": _keep_draft(connection["id"]),
        "run_id": _make_run(connection["id"]),
        "integrations/action_id": _make_action(connection["id"]),
        "kind": "metrics",
        "platform": "meta_ads",
    }


def _make_run(connection_id: str) -> str:
    """A run of a connection."""
    connection = Connection.unscoped.get(id=connection_id)
    organization_id = connection.organization_id
    run = SyncRun.unscoped.create(organization_id=organization_id, connection=connection)
    return str(run.id)


def _make_action(connection_id: str) -> str:
    """An action on a connection's platform."""
    connection = Connection.unscoped.get(id=connection_id)
    row = {"connection": connection, "action": "pause", "level": "campaign", "target_id": "1"}
    action = PlatformAction.unscoped.create(organization_id=connection.organization_id, **row)
    return str(action.id)


def _keep_draft(connection_id: str) -> str:
    """A file of the organization that a connection belongs to, which is not imported yet."""
    organization_id = Connection.unscoped.get(id=connection_id).organization_id
    with use(Context(organization_id=organization_id)):
        file = io.BytesIO(b"day,revenue\n2026-01-01,1\n")
        return str(drafts.keep_draft(file, file_name="draft.csv", choices={}).id)


def _ask_for_job(connection_id: str) -> str:
    """A job of the organization that a connection belongs to."""
    organization_id = Connection.unscoped.get(id=connection_id).organization_id
    with use(Context(organization_id=organization_id)), atomic("integrations"):
        return str(request_job(UndoImport(import_id=UUID(int=0))))


def url_of(route: Route, rows: dict[str, str]) -> str:
    """A route's address with the ids of an organization's rows."""
    service = route.path.strip("/").split("/")[1]

    def find(match: re.Match[str]) -> str:
        return rows.get(f"{service}/{match[2]}") or rows[match[2]]

    return _PARAMETER.sub(find, route.path)


def ask(client: APIClient, route: Route, rows: dict[str, str], who: str, whose: str) -> Cell:
    """Send an empty request and undo what it did; to a row, one that could change it."""
    body = example_of(route.body) if route.body and takes_an_id(route) else {}
    with transaction.atomic():
        send = getattr(client, route.method.lower())
        answer = send(url_of(route, rows), body, format="json")
        transaction.set_rollback(True)
    is_json = "json" in answer.get("Content-Type", "")
    code = (
        json.loads(answer.content).get("code", "") if is_json and answer.status_code >= 400 else ""
    )
    return Cell(route, who, whose, answer.status_code, code)


def open_page(client: APIClient, route: Route, rows: dict[str, str], who: str, whose: str) -> Cell:
    """Ask for a page as its client's browser does; what leads elsewhere counts as a refusal."""
    client.cookies.clear()
    if tokens := getattr(client, "tokens", None):
        client.cookies["omnify-access"] = tokens.access_token
    form = PAGE_FORM if route.method == "POST" and takes_an_id(route) else {}
    with transaction.atomic():
        answer = getattr(client, route.method.lower())(url_of(route, rows), form)
        transaction.set_rollback(True)
    if route.needed != PUBLIC and answer.get("Location", "").startswith(RENEW_PATH):
        return Cell(route, who, whose, 401, "unauthenticated")
    if answer.status_code == 303:
        # It is done, and leads back to the page of its button.
        return Cell(route, who, whose, 200, "")
    found = re.search(rb'data-error-code="(\w+)"', answer.content)
    # A script renews the session in the background, and reads the status alone.
    code = "refresh_token_invalid" if route.path == RENEW_PATH else found and found[1].decode()
    if answer["Content-Type"] == MEDIA_TYPE:
        code = answer.json()["code"]
    return Cell(route, who, whose, answer.status_code, code or "")


def matrix(world: World) -> Iterator[Cell]:
    """Every cell."""
    asked = [(ask, route) for route in api_routes()]
    for send, route in [*asked, *((open_page, route) for route in page_routes())]:
        yield send(APIClient(), route, world.rows, "nobody", "own")
        for role, client in world.members.items():
            yield send(client, route, world.rows, role, "own")
            if takes_an_id(route):
                yield send(client, route, world.foreign_rows, role, "foreign")


def takes_an_id(route: Route) -> bool:
    """Whether a route's path names a row, and no name that is the same everywhere."""
    return any(name.endswith("_id") for name in route.parameters)


def find_fault(cell: Cell) -> str:  # noqa: PLR0911 - a rule a line
    """What is wrong with a cell, nothing when it is as declared."""
    needed, status = cell.route.needed, cell.status
    if status >= 500:
        return "a server error"
    if needed == PUBLIC:
        return "" if status not in (401, 403) or cell.code in PUBLIC_REFUSALS else "not public"
    if cell.who == "nobody":
        return "" if status == 401 else "open to nobody"
    if needed == STAFF:
        return "" if cell.code == "staff_only" else "open to customers"
    if needed != SIGNED_IN and needed not in SYSTEM_ROLES[cell.who]:
        is_refused = (status, cell.code) == (403, "missing_permission")
        return "" if is_refused else "open without the permission"
    if cell.whose == "foreign":
        return "" if status == 404 else "a foreign row is there"
    if cell.code == "missing_permission":
        return "refused in spite of the permission"
    if PERSONAL & set(cell.route.parameters):
        return _find_personal_fault(cell)
    return "the own row is not there" if takes_an_id(cell.route) and status == 404 else ""


def _find_personal_fault(cell: Cell) -> str:
    if cell.who == OWNER:
        return "" if 200 <= cell.status < 300 else "the own row is not reached"
    return "" if cell.status == 404 else "another member's row is there"


#: Refusals of public routes that speak of what the request carries, not of who asks.
PUBLIC_REFUSALS = frozenset(
    {
        "invitation_needs_sign_in",
        "challenge_invalid",
        "refresh_token_invalid",
        "webhook_refused",
    }
)


def table(cells: Iterator[Cell]) -> str:
    """The matrix as text: a line per route, a column per asker."""
    columns = [
        ("nobody", "own"),
        *((role, whose) for role in ROLES for whose in ("own", "foreign")),
    ]
    lines: dict[Route, dict[tuple[str, str], int]] = {}
    for cell in cells:
        lines.setdefault(cell.route, {})[cell.who, cell.whose] = cell.status
    heads = [who[:7] if whose == "own" else "  other" for who, whose in columns]
    rows = [f"{'':6} {'':58} {'needs':22} " + " ".join(f"{head:>7}" for head in heads)]
    for route, found in lines.items():
        shown = " ".join(f"{found.get(column, '-'):>7}" for column in columns)
        rows.append(f"{route.method:6} {route.path:58} {route.needed:22} {shown}")
    return "\n".join(rows)


def main() -> None:
    """Print the matrix, from a database of its own."""
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        print(table(matrix(make_world())))  # noqa: T201 - what it is for
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
