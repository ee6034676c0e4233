"""The tag that shows a part."""

from __future__ import annotations

from django.template import Context, Library
from django.utils.safestring import SafeString

from omnify.pages.parts import Part

register = Library()


@register.simple_tag(takes_context=True, name="part")
def show_part(context: Context, shown: Part | None) -> SafeString:
    """Return the HTML of a part by its template, nothing for none."""
    if shown is None:
        return SafeString("")
    template = context.template.engine.get_template(shown.template)  # type: ignore[union-attr]
    with context.push(part=shown):
        return template.render(context)
