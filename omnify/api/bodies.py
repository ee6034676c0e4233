"""Decode the bodies of requests."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class BodyParser(JSONParser):
    """Decode JSON as REST framework does, and refuse what is nested too deep to be read."""

    def parse(self, *args: Any, **options: Any) -> Any:
        """Return the decoded body.

        Raises:
            rest_framework.exceptions.ParseError: it is no JSON, or nested too deep.
        """
        try:
            return super().parse(*args, **options)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deep") from error
