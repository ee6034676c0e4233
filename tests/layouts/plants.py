"""Bugs that the suite has to catch, put into a slice from outside: production knows none.

Each is the smallest change that a hurried commit could bring. Which run catches it is said in
``selfproof``.
"""

from msgspec.structs import replace

from omnify.db import atomic
from omnify.exceptions import OmnifyError, ServiceUnavailableError
from omnify.services import client, http_transport, wire
from omnify.services.registry import is_hosted


def plant(name):
    """Put a bug into this process; nothing for an empty name."""
    if name:
        PLANTS[name]()


def _share_the_flags():
    """The callee gets the caller's own dictionary of decisions; local calls alone leak them."""
    prepare = client._callee_context

    def share(present, service, compiled, arguments):
        return replace(prepare(present, service, compiled, arguments), flags=present.flags)

    client._callee_context = share


def _swallow_errors():
    """A check that lives on a refusal of another service lets it pass."""
    if not is_hosted("onboarding"):
        return
    from apps.onboarding import operations

    refuse = operations._refuse_unproven

    def forgive(name):
        try:
            refuse(name)
        except OmnifyError:
            return

    operations._refuse_unproven = forgive


def _swallow_outages():
    """While integrations is away, analytics answers as if there were no numbers."""
    if not is_hosted("analytics"):
        return
    from apps.analytics.exceptions import NoMetricsError
    from apps.analytics.querying.queries import history
    from apps.integrations.contract import Integrations

    read = history.read_sources

    def none_when_away():
        try:
            client.client_of(Integrations).list_connections()
        except ServiceUnavailableError:
            raise NoMetricsError(missing="metrics") from None
        return read()

    history.read_sources = none_when_away


def _publish_nothing():
    """A sign-out is written and not told."""
    if is_hosted("auth"):
        from apps.auth.operations import sessions

        sessions.publish = lambda *_events: None


def _lose(**values):
    """Something of the context does not reach the wire."""

    def put():
        encode = wire.encode_call
        wire.encode_call = lambda context, arguments: encode(replace(context, **values), arguments)

    return put


def _lose_classes():
    """Every refusal of another slice arrives as an internal error."""
    post = http_transport.HttpTransport.call

    def call(self, contract, method, context, arguments):
        try:
            return post(self, contract, method, context, arguments)
        except OmnifyError as error:
            error.code, error.status = "internal_error", 500
            raise

    http_transport.HttpTransport.call = call


def _call_in_a_transaction():
    """Ml holds its transaction while it asks analytics."""
    if is_hosted("ml"):
        from apps.ml import operations

        operations.compute_forecast = atomic("ml")(operations.compute_forecast)


def _ask_for_each_row():
    """Analytics asks for the organization's currency again for each metric."""
    if not is_hosted("analytics"):
        return
    from apps.analytics.querying.queries import tables
    from apps.auth.contract import Auth

    make = tables.make_table

    def slowly(history, *arguments):
        for _ in history.facts[:10]:
            client.client_of(Auth).get_organization()
        return make(history, *arguments)

    tables.make_table = slowly


PLANTS = {
    "uncopied reference": _share_the_flags,
    "swallowed error": _swallow_errors,
    "swallowed outage": _swallow_outages,
    "missing outbox row": _publish_nothing,
    "retry of a non-idempotent call": _lose(idempotency_key=""),
    "lost organization": _lose(organization_id=None),
    "lost deadline": _lose(deadline=None),
    "lost trace": _lose(trace=None),
    "lost error class": _lose_classes,
    "call in an open transaction": _call_in_a_transaction,
    "a call for each row": _ask_for_each_row,
}
