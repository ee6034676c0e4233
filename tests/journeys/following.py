"""What follows an import by and by, through events and jobs."""

import requests

from tests.conftest import wait_until
from tests.journeys import main_job


def follow_a_file(addresses):
    """Import a file into a fleet; returns the metrics that are forecast by and by."""
    _, token = main_job.register(addresses["auth"])
    main_job.import_file(addresses["integrations"], token)
    headers = {"Authorization": f"Bearer {token}"}
    listed = []

    def is_forecast():
        url = f"{addresses['ml']}/api/predictive/predictions"
        listed[:] = requests.get(url, headers=headers, timeout=30).json()["results"]
        return len(listed) == 2

    wait_until(is_forecast, "the forecasts of a file")
    return sorted(row["metric"] for row in listed)
