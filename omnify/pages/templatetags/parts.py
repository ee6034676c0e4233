"""The tag that shows a part."""

from __future__ import annotations

from typing import Literal

from django.template import Context, Library
from django.utils.safestring import SafeString

from omnify.pages.parts import Part

register = Library()


@register.simple_tag(takes_context=True, name="part")
def show_part(context: Context, shown: Part | Literal[""] | None) -> SafeString:
    """Return the HTML of a part by its template, nothing for none and for an unknown name."""
    if not shown:
        return SafeString("")
    template = context.template.engine.get_template(shown.template)  # type: ignore[union-attr]
    with context.push(part=shown):
        return template.render(context)
