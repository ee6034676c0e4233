"""Counting what cannot be read: a try that is not valid is a try."""

from __future__ import annotations

from typing import ClassVar

from django.utils import timezone
from rest_framework.response import Response

from apps.auth.operations.limits import Limit, place_of, spend_try
from omnify.api.problems import to_omnify_error
from omnify.api.views import ServiceView
from omnify.exceptions import InvalidInputError, RateLimitedError


class CountedView(ServiceView):
    """A view whose operation counts each try of an address; bodies that reach none count as well.

    They are counted once they were refused, since reading one costs less than counting it.
    """

    limit: ClassVar[Limit]

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal; an address that sent too much that is not valid is told to wait."""
        if isinstance(to_omnify_error(exc), InvalidInputError):
            try:
                spend_try(self.limit, place_of(self.device.address), now=timezone.now())
            except RateLimitedError as error:
                exc = error
        return super().handle_exception(exc)
