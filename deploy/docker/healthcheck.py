"""Whether the server in this container may be asked; the exit code says it, as Docker wants it."""

import http.client
import os
import sys

#: It began on a database that is migrated, and is well now; ready alone looks at no migrations.
PATHS = ("/health/startup", "/health/ready")


def is_ready(port: int) -> bool:
    """Ask the server by the name that it always answers to."""
    return all(_is_well(port, path) for path in PATHS)


def _is_well(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("PORT", "8000"))) else 1)
