"""What only a script can do is not shown without one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(
    file
    for folder in ("apps", "omnify")
    for file in (ROOT / folder).rglob("templates/**/*.html")
    if "admin" not in file.parts
)
#: What is closed until a script opens it, or is not shown without one as a whole.
CLOSED = re.compile(
    r"<(dialog|template)\b.*?</\1>|<(form|div)\b[^>]*\bneeds-(?:script|passkey)\b.*?</\2>",
    re.DOTALL,
)
BUTTON = re.compile(r'<button\b[^>]*type="button"[^>]*>')


def find_idle_buttons(text):
    """The buttons that are shown without a script, and that no browser gives a meaning to."""
    open_text = CLOSED.sub("", text)
    works = re.compile(r"\bneeds-(script|passkey)\b|\bpopovertarget=|\shidden\b")
    return [button for button in BUTTON.findall(open_text) if not works.search(button)]


class TestFindIdleButtons:
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ('<button type="button" class="btn">', 1),
            ('<button type="button" class="btn needs-script">', 0),
            ('<dialog><button type="button"></dialog><button type="button">', 1),
            ('<form class="needs-passkey"><button type="button"></form>', 0),
            ('<form><button type="submit"><button type="button"></form>', 1),
        ],
    )
    def test_finds_what_does_nothing(self, text, count):
        assert len(find_idle_buttons(text)) == count


class TestTemplates:
    def test_show_no_button_that_does_nothing_without_a_script(self):
        found = {file.name: find_idle_buttons(file.read_text("utf-8")) for file in TEMPLATES}

        assert len(found) > 1
        assert {name: buttons for name, buttons in found.items() if buttons} == {}
