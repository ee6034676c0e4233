"""RSA keys that are made once in a process: what making one costs is not what tests are about."""

import threading

from cryptography.hazmat.primitives.asymmetric import rsa

_make = rsa.generate_private_key


class Keys:
    """Gives each test the same keys in the same order, and never one of them twice."""

    def __init__(self):
        self._lock = threading.Lock()
        self._made, self._given = {}, {}

    def begin(self):
        """Begin with the first key again, since no test knows what another one had."""
        self._given.clear()

    def give(self, public_exponent, key_size):
        """The next key of a size; stands for the library's function."""
        wanted = (public_exponent, key_size)
        with self._lock:
            made, given = self._made.setdefault(wanted, []), self._given.get(wanted, 0)
            self._given[wanted] = given + 1
            if given == len(made):
                made.append(_make(*wanted))
            return made[given]


keys = Keys()
