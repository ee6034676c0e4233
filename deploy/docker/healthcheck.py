"""Whether the server in this container is ready; the exit code says it, as Docker wants it."""

import http.client
import os
import sys


def is_ready(port: int) -> bool:
    """Ask the server by the name that it always answers to."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("PORT", "8000"))) else 1)
