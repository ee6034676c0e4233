"""The style sheets: what they weigh, and that they use what there is."""

import re
from itertools import combinations
from math import dist
from operator import mul
from pathlib import Path

import pytest

from omnify.pages.parts import COLORS

PAGES = Path(__file__).resolve().parents[3] / "omnify" / "pages"
STATIC = PAGES / "static"
SKELETON = PAGES / "templates" / "omnify" / "pages" / "skeleton.html"
CHARTS = [f"--chart-{at + 1}" for at in range(COLORS)]
#: What people with a sight see of linear red, green and blue: Machado, Oliveira and Fernandes,
#: "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1.
SIGHTS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
#: The two matrices of OKLab (Ottosson, "A perceptual color space for image processing", 2020).
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
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


def tokens_of(name):
    """A token's value in the light and in the dark, as linear red, green and blue."""
    text = (STATIC / "omnify" / "tokens.css").read_text("utf-8")
    value = re.search(rf"{name}: (?:light-dark\(([^,]+), ([^)]+)\)|([^;]+));", text)
    return [linear(each.strip()) for each in value.groups() if each] * (2 if value[3] else 1)


def linear(color):
    digits = color.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * each for each in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one, other):
    """The contrast of two colours, as WCAG has it."""
    light = sorted(sum(map(mul, (0.2126, 0.7152, 0.0722), each)) for each in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def perceive(color, sight):
    """Where a colour lies for people with a sight, in Ottosson's space OKLab."""
    seen = [min(1, max(0, sum(map(mul, row, color)))) for row in sight]
    cones = [sum(map(mul, row, seen)) ** (1 / 3) for row in TO_CONES]
    return [sum(map(mul, row, cones)) for row in TO_LAB]


class TestColours:
    @pytest.mark.parametrize("color", [*CHARTS, "--chart-other", "--chart-compare", "--accent"])
    def test_of_charts_stand_out_in_both_themes(self, color):
        for shown, surface in zip(tokens_of(color), tokens_of("--surface"), strict=True):
            assert contrast(shown, surface) >= 3

    @pytest.mark.parametrize("state", ["waiting", "running", "needs", "done", "failed", "muted"])
    def test_of_words_can_be_read_in_both_themes(self, state):
        for shown, surface in zip(tokens_of(f"--{state}"), tokens_of("--surface"), strict=True):
            assert contrast(shown, surface) >= 4.5

    @pytest.mark.parametrize("sight", SIGHTS)
    def test_of_channels_are_apart_for_every_sight(self, sight):
        colors = [tokens_of(color)[0] for color in (*CHARTS, "--chart-other")]
        seen = [perceive(color, SIGHTS[sight]) for color in colors]

        nearest = min(dist(one, other) for one, other in combinations(seen, 2))

        assert nearest >= (0.12 if sight == "usual" else 0.07)


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
