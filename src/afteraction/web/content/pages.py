"""The pages of content, as tabs."""

from typing import Final

TABS: Final = (
    ("content", "Library"),
    ("content-requests", "Requests"),
    ("content-stale", "Unused and outdated"),
    ("content-insights", "Insight pieces"),
)
