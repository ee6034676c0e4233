"""What the import page asks: columns that can be read in several ways."""

from __future__ import annotations

from typing import Any

from omnify.pages.parts import Part


class Questions(Part):
    """The columns that can be read in several ways, each with what its readings come to."""

    questions: tuple[dict[str, Any], ...]

    @property
    def template(self) -> str:
        """Return the name of the template, whose fields belong to the page's form."""
        return "omnify_integrations/imports/_questions.html"

    @property
    def columns(self) -> frozenset[str]:
        """Return which columns are asked about."""
        return frozenset(each["field"] for each in self.questions)
