"""The shared floor: everything the services stand on. It knows no service by name."""

__version__ = "0.1.0"
