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
    optional_settings=(
        "KONG_ADMIN_URL",
        "TEMPORAL_ADDRESS",
        "AIRBYTE_URL",
        "KAFKA_BOOTSTRAP_SERVERS",
        "METABASE_URL",
    ),
)
