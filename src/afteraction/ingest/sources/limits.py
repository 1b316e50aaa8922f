"""How much a source may ask for before it is refused. Every limit is one number, stated in the refusal."""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

MAX_EXPANDED: Final = 8 * GIB
"""Bytes that one .gz or .zip may expand to."""

MAX_RATIO: Final = 200
"""How many times its own size an archive may expand to. Real exports stay below 50; a bomb reaches 1,000."""

FREE_EXPANSION: Final = 64 * MIB
"""Expanding to no more than this is harmless, whatever the ratio."""

MIN_FREE_DISK: Final = GIB
"""Disk space that expanding a file must leave free."""

MAX_MEMBERS: Final = 10_000
"""Files that one .zip may hold."""

MAX_WORKBOOK: Final = GIB
"""Bytes that the parts of a workbook may claim together; they are read in memory."""

WORKBOOK_MEMORY: Final = 4 * GIB
"""Address space of the process that opens a workbook."""

MAX_COLUMNS: Final = 4_000
"""Columns of one sheet."""

MAX_RECORD: Final = 16 * MIB
"""Bytes of one record (CSV), line (JSON lines) or tag (XES)."""

MAX_JSON_DOCUMENT: Final = 256 * MIB
"""Bytes of a JSON file that is one document; JSON lines have no limit, they are streamed."""

MAX_DEPTH: Final = 100
"""How deep XES attributes may be nested."""

MAX_TRACE: Final = 256 * MIB
"""Bytes of one XES trace (about a million events); a trace is held in memory until its end."""

MAX_PROBLEMS: Final = 100_000
"""Unreadable rows of one file that are listed. A file with more is refused: it was misread or is broken."""


def size_text(size: int) -> str:
    """`size` bytes as people write it: 512 bytes, 64 MiB, 8 GiB."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size / unit:,.1f}".removesuffix(".0") + f" {name}"
    return f"{size:,} bytes"
