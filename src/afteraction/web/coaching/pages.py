"""The pages of coaching, as tabs."""

from typing import Final

TABS: Final = (
    ("coaching", "Meetings"),
    ("coaching-questions", "Questions"),
    ("coaching-skills", "Skills"),
    ("coaching-effect", "What it changed"),
)
