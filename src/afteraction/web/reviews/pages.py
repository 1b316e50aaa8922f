"""The pages of reviews, as tabs. Those that somebody may not open, or that are not there, are left out."""

from typing import Final

TABS: Final = (
    ("reviews", "Reviews"),
    ("review-agreement", "Who says what"),
    ("review-accountability", "Accountability"),
    ("review-drivers", "Drivers"),
)
DRIVER_TABS: Final = (
    ("review-drivers", "Drivers"),
    ("review-driver-reasons", "Lost reasons of the CRM"),
    ("review-driver-versions", "Versions"),
)
