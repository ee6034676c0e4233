"""The floor's own metrics, beside those that django-prometheus counts for HTTP and the database."""

from prometheus_client import Histogram

RPC_SECONDS = Histogram(
    "omnify_rpc_seconds",
    "Time that a call of another service took here",
    ["service", "method", "status"],
)
