"""The style sheets: what they weigh, and that they use what there is."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[3] / "omnify" / "pages"
STATIC = PAGES / "static"
SKELETON = PAGES / "templates" / "omnify" / "pages" / "skeleton.html"
MOST_BYTES = 25_000
#: What the skeleton loads on every page, also of those who are not signed in.
EVERYWHERE = [
    STATIC / name
    for name in re.findall(r"static '([^']+\.css)'", SKELETON.read_text("utf-8"))
    if name != "omnify/parts.css"
]
OTHERS = sorted(file for file in STATIC.rglob("*.css") if file.stem != "tokens")


def unknown_names(sheets):
    """The variables that are used and that no sheet sets."""
    text = "\n".join(sheets)
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    return used - set(re.findall(r"(--[\w-]+):", text))


class TestSheets:
    def test_of_the_sign_in_page_are_light(self):
        assert len(EVERYWHERE) > 1
        assert sum(len(file.read_bytes()) for file in EVERYWHERE) <= MOST_BYTES

    def test_use_no_unknown_name(self):
        assert not unknown_names(file.read_text("utf-8") for file in STATIC.rglob("*.css"))

    def test_would_be_found_if_they_did(self):
        assert unknown_names(["a { color: var(--plum); --pear: 1 }"]) == {"--plum"}

    @pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
    def test_leave_colours_to_the_tokens(self, file):
        text = re.sub(r'url\(".*?"\)', "", file.read_text("utf-8"))

        assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{]*})", text) == []
