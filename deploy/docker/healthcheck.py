"""Exit with 0 if the server in this container accepts requests, else with 1."""

import http.client
import os
import sys

#: The first says whether the database is migrated, which the second does not check.
PATHS = ("/health/startup", "/health/ready")


def is_ready(port: int) -> bool:
    """Return whether the server is started and ready."""
    return all(_is_well(port, path) for path in PATHS)


def _is_well(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        # A server always allows this host name.
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("PORT", "8000"))) else 1)
