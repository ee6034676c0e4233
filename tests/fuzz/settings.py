"""The settings of the slice that ``FUZZ_SLICE`` names, with passwords that cost little."""

import os
from importlib import import_module

_slice = import_module(f"settings.{os.environ['FUZZ_SLICE']}")
globals().update({name: value for name, value in vars(_slice).items() if name.isupper()})

PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
