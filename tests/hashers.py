"""The production hasher at its cheapest: what a password costs is not what tests are about."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """Argon2id with the least time and memory."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


class CountingArgon2(CheapArgon2):
    """Counts how often it hashed."""

    hashed = 0

    def encode(self, password, salt):
        """Return the hash."""
        CountingArgon2.hashed += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        """Tell whether a password has the hash."""
        CountingArgon2.hashed += 1
        return super().verify(password, encoded)


class DearerArgon2(CheapArgon2):
    """The same at twice the cost, as after an update."""

    time_cost = 2
