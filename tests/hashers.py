"""The production hasher at its cheapest: what a password costs is not what tests are about."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """Argon2id with the least time and memory."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


class DearerArgon2(CheapArgon2):
    """The same at twice the cost, as after an update."""

    time_cost = 2
