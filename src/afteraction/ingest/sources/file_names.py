"""Names of files as they can be shown, written into other files and given to libraries."""

import unicodedata
from pathlib import Path


def shown_name(name: str) -> str:
    """A file's name with � for what no terminal should get: line breaks, and bytes that are no UTF-8."""
    return "".join("\ufffd" if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in name)


def plain_path(path: Path, work: Path) -> Path:
    """`path`, or a link to it in `work` where its name is no UTF-8, which not every library can open."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        link = work / "linked"
        link.symlink_to(path.absolute())
        return link
    return path
