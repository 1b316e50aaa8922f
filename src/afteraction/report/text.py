"""Text on a page: safe to print, measured, broken into lines."""

import re
import unicodedata
from typing import Final

# Not allowed in XML 1.0, or able to turn the reading order of what stands beside it (Unicode's bidirectional controls).
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

# Advance widths of Inter SemiBold for the printable ASCII characters from space on, in thousandths of the size.
_WIDTHS: Final = (
    "252 321 523 644 650 1004 663 326 373 373 540 673 319 465 319 379 660 423 623 636 666 612 640 576 640 640 319 329 "
    "673 673 673 543 999 728 659 737 722 605 588 749 746 277 580 703 565 922 759 769 645 773 652 650 660 736 728 1020 "
    "720 713 652 373 379 373 481 469 351 574 624 583 624 591 389 625 612 262 262 569 262 900 612 609 624 624 397 549 "
    "353 612 587 839 569 588 566 455 359 455 673"
)
_WIDTH_OF: Final = {chr(32 + index): int(width) / 1000 for index, width in enumerate(_WIDTHS.split())}


def clean(text: str) -> str:
    """`text` without characters that no page can show; anything else, mark-up too, stays as it is."""
    return _UNPRINTABLE.sub("", text)


def width(text: str, size: float) -> float:
    """How wide `text` is in Inter at `size`, in the unit of `size`; never less than in its regular weight."""
    return size * sum(_WIDTH_OF.get(character) or _other_width(character) for character in text)


def _other_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.68


def shorten(text: str, size: float, limit: float) -> str:
    """`text`, or as much of its beginning as fits into `limit` with an ellipsis."""
    if width(text, size) <= limit:
        return text
    while text and width(text + "…", size) > limit:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, limit: float, lines: int) -> list[str]:
    """`text` in at most `lines` lines no wider than `limit`; what does not fit ends in an ellipsis."""
    done: list[str] = []
    words = clean(text).split()
    while words and len(done) < lines - 1:
        line = words[0]
        taken = 1
        while taken < len(words) and width(f"{line} {words[taken]}", size) <= limit:
            line = f"{line} {words[taken]}"
            taken += 1
        if width(line, size) > limit:  # one long word: break it at a mark, else where it fits
            fitting = len(shorten(line, size, limit)) - 1
            fitting = max((line.rfind(mark, 1, fitting) + 1 for mark in "_-/."), default=0) or fitting
            line, words[0] = line[:fitting], line[fitting:]
            taken = 0
        done.append(line)
        words = words[taken:]
    if words:
        done.append(shorten(" ".join(words), size, limit))
    return done or [""]
