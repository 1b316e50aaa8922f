"""Colours that can be read, in the light and in the dark."""

import pytest

from afteraction.errors import Refused
from afteraction.report import theme
from afteraction.report.theme import DARK, LIGHT, in_dark, on_white, vendor_file

TEXT_ON = {
    "paper": ["ink", "muted", "accent", "poor", "order"],
    "ground": ["ink", "muted", "accent", "poor"],
    "wash": ["ink"],
    "touch": ["ink"],
    "stage": ["onfill"],
    "done": ["onfill"],
    "order": ["onfill"],
    "goodwash": ["good"],
    "fairwash": ["fair", "ink"],
    "poorwash": ["poor"],
}
MARKS_ON_PAPER = ["won", "lost", "undecided", "done", "late", "order", "skipped", "stage"]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out_from_what_is_behind_them(palette: dict[str, str]) -> None:
    faint = [(ink, on) for on, inks in TEXT_ON.items() for ink in inks if contrast(palette[ink], palette[on]) < 4.5]
    faint += [(mark, "paper") for mark in MARKS_ON_PAPER if contrast(palette[mark], palette["paper"]) < 3]
    assert faint == []


def test_every_token_has_a_colour_of_its_own_in_both_palettes() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_a_dark_picture_changes_colours_and_never_words() -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><text fill="{LIGHT["ink"]}">{LIGHT["ink"]}</text></svg>'
    dark = in_dark(svg)
    assert f'fill="{DARK["ink"]}"' in dark
    assert f">{LIGHT['ink']}<" in dark


def test_a_picture_of_its_own_has_a_white_background() -> None:
    assert on_white('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>').startswith(
        '<svg xmlns="http://www.w3.org/2000/svg"><rect width="100%" height="100%" fill="#ffffff"'
    )


def test_a_missing_font_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(theme, "VENDOR", tmp_path)
    with pytest.raises(Refused, match=r"assets/copy\.py"):
        vendor_file("Inter-400.ttf")
