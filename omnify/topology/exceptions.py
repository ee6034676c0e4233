"""What a fleet on this machine refuses."""

from __future__ import annotations


class FleetError(RuntimeError):
    """A fleet did not start, did not stay, or was not changed; the message says where and why."""


class StaticFilesMissingError(FleetError):
    """A server does not start, since its pages would name files that were not collected."""

    def __init__(self, folder: object, reason: str) -> None:
        super().__init__(
            f"Pages cannot be shown: their static files are not in {folder} ({reason}). Run "
            "'manage.py collectstatic --no-input' as a user who may write there, then start again."
        )
