"""Limits of connections, and how long clients may take."""

from __future__ import annotations

from typing import Final, NamedTuple

#: Open connections of a process. A further one takes the place of one that has asked for nothing.
MOST_CONNECTIONS: Final = 512
#: Bytes of a request's head.
LARGEST_HEAD_BYTES: Final = 32 * 1024
#: Bodies and answers beyond these sizes wait in temporary files, not in memory.
BODY_IN_MEMORY_BYTES: Final = 64 * 1024
ANSWER_IN_MEMORY_BYTES: Final = 128 * 1024
#: What the bodies of all requests of a process may take in temporary files together.
BODIES_IN_FILES_BYTES: Final = 2 * 1024**3
#: The unsent part of an answer at which the thread that writes it has to wait for the client.
UNSENT_BYTES: Final = 256 * 1024**2
#: Seconds until a head is whole: from the connection, or from the first byte of a later request.
HEAD_SECONDS: Final = 10
#: Seconds that a connection is kept between requests: longer than a gateway or our own client does.
IDLE_SECONDS: Final = 75
#: Seconds in which a client may read a refusal while it still sends a body that is not taken.
PARTING_SECONDS: Final = 5
#: Seconds in which requests that are on their way are still taken by a server that stops.
LINGER_SECONDS: Final = 2


class Pace(NamedTuple):
    """How slowly bytes may come or go: after a grace, at a least average rate, to an end."""

    grace_seconds: float
    least_bytes_per_second: int
    most_seconds: float

    def is_missed(self, seconds: float, count: int) -> bool:
        """Tell whether ``count`` bytes in some seconds are too few."""
        allowed = self.grace_seconds + count / self.least_bytes_per_second
        return seconds > min(allowed, self.most_seconds)


BODY_PACE: Final = Pace(grace_seconds=10, least_bytes_per_second=4096, most_seconds=600)
ANSWER_PACE: Final = Pace(grace_seconds=20, least_bytes_per_second=4096, most_seconds=600)
