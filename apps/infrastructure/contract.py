"""What infrastructure declares."""

from __future__ import annotations

from omnify.services import Manifest

MANIFEST = Manifest(
    name="infrastructure",
    summary="The operator's view of the back-ends around Omnify.",
    port=8007,
    prefixes=(
        "/api/infrastructure",
        "/api/kong",
        "/api/temporal",
        "/api/airbyte",
        "/api/kafka",
        "/api/metabase",
    ),
    optional_settings={
        "KONG_ADMIN_URL": "The Admin API that infrastructure watches.",
        "TEMPORAL_ADDRESS": "host:port of Temporal's frontend.",
        "AIRBYTE_URL": "Airbyte's API.",
        "KAFKA_BOOTSTRAP_SERVERS": "host:port of Kafka brokers, by comma.",
        "METABASE_URL": "Metabase.",
    },
)
