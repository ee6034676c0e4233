"""The tag that shows a part, and those that write days and times."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.template import Context, Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from omnify.pages.days import find_zone, say_day, say_moment
from omnify.pages.icons import DOT, ICONS
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


@register.simple_tag(name="day")
def show_day(day: date) -> SafeString:
    """Return a day that machines read as well."""
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), say_day(day))


@register.simple_tag(name="moment")
def show_moment(at: datetime) -> SafeString:
    """Return a time to the minute that machines read as well, with the whole name of its zone."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), find_zone().key, say_moment(at)
    )


@register.filter(name="shapes")
def draw_icon(name: str) -> SafeString:
    """Return what an icon is drawn with."""
    return SafeString(ICONS.get(name, DOT))


register.filter("day", say_day)
