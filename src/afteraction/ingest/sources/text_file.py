"""Text in any encoding, turned into UTF-8 without NUL bytes.

The whole file is looked at once before it is parsed (about 600 MB/s): a file that is UTF-8 for a gigabyte and then is
not must not fail half-way, and the counts tell the parser which short cuts are safe.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from afteraction.errors import Refused
from afteraction.ingest.sources.limits import KIB, MIB
from afteraction.ingest.sources.problems import Problems
from afteraction.ingest.sources.sheet import Progress

CHUNK: Final = 4 * MIB
SAMPLE: Final = 256 * KIB
WINDOW: Final = 4 * MIB
MAX_NUL_SHARE: Final = 0.01
LINE_END: Final = re.compile(r"\r\n|\r|\n")
MAX_OTHERS: Final = 3
_ASCII: Final = bytes(range(128))
_UNDEFINED_IN_WINDOWS_1252: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
# The longer marks first: that of UTF-32 LE begins with that of UTF-16 LE.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with byte-order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 (little endian)"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 (big endian)"),
)


@dataclass(frozen=True)
class Encoding:
    """A Python codec, and what the user is told about it (with how sure we are, where it had to be guessed)."""

    codec: str
    label: str


@dataclass
class Counts:
    """What was seen in a text: bytes, quotation marks, NUL bytes."""

    size: int = 0
    quotes: int = 0
    nuls: int = 0

    def add(self, chunk: bytes) -> None:
        """Count one further piece."""
        self.size += len(chunk)
        self.quotes += chunk.count(b'"')
        self.nuls += chunk.count(b"\0")


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8: `path` is the file itself or a copy in UTF-8, `counts` are those of `path`."""

    path: Path
    counts: Counts
    details: dict[str, str] = field(default_factory=dict)


def marked_encoding(head: bytes) -> Encoding | None:
    """The encoding that the first bytes of a file give away: by a byte-order mark, or by the NULs of UTF-16."""
    for mark, codec, label in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, label)
    pairs = len(head) // 2
    if pairs:
        even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
        if odd > 0.3 and even < 0.05:
            return Encoding("utf-16-le", "UTF-16 (little endian) without byte-order mark")
        if even > 0.3 and odd < 0.05:
            return Encoding("utf-16-be", "UTF-16 (big endian) without byte-order mark")
    return None


def open_text(path: Path, work: Path, problems: Problems, progress: Progress) -> Text:
    """The text of `path` in UTF-8: the file itself where possible, else a copy in `work`.

    Bytes that do not belong to the encoding become "�" and are noted in `problems` with their line.
    Raises Refused when there is no text in the file.
    """
    counts, first_bad, unusual = _survey(path, progress, problems.file)
    with path.open("rb") as file:
        encoding = marked_encoding(file.read(SAMPLE))
    if encoding is None and counts.nuls > MAX_NUL_SHARE * counts.size:
        raise Refused(
            found=f"{problems.file}: {counts.nuls:,} NUL bytes among {counts.size:,}, so this is no text",
            expected="a text file",
            next_step="export it again as CSV",
        )
    if encoding is None:
        encoding = Encoding("utf-8", "UTF-8") if first_bad is None else _guess(path, first_bad, unusual)
    details = {"encoding": encoding.label}
    if encoding.codec in ("utf-8", "utf-8-sig") and first_bad is None and not counts.nuls:
        return Text(path, counts, details)
    if encoding.codec.startswith("utf-8") and counts.nuls:
        details["NUL bytes"] = f"{counts.nuls:,} left out"
    copy = work / "text.utf8"
    counts = _transcode(path, copy, encoding.codec, problems)
    return Text(copy, counts, details)


def _survey(path: Path, progress: Progress, name: str) -> tuple[Counts, int | None, bytes]:
    """The counts of a file, the offset of the first piece that is not UTF-8 (None if all is), and its odd bytes."""
    counts, first_bad, unusual = Counts(), None, set[int]()
    decoder = codecs.getincrementaldecoder("utf-8")()
    total = path.stat().st_size
    for chunk in _pieces(path):
        if first_bad is None:
            try:
                decoder.decode(chunk, final=counts.size + len(chunk) >= total)
            except UnicodeDecodeError:
                first_bad = counts.size
        if first_bad is not None:
            unusual.update(chunk.translate(None, _ASCII))
        counts.add(chunk)
        progress.step(f"{name}: looking", counts.size, total)
    return counts, first_bad, bytes(unusual)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _guess(path: Path, first_bad: int, unusual: bytes) -> Encoding:
    """The most likely encoding of a file that is not UTF-8; lines of ASCII tell nothing and are left aside."""
    with path.open("rb") as file:
        file.seek(max(0, first_bad - SAMPLE))
        window = file.read(WINDOW)
    lines = [line for line in window.splitlines(keepends=True) if not line.isascii()]
    sample = b"".join(lines)[:SAMPLE]
    if _is_mostly_utf8(sample):
        return Encoding("utf-8", "UTF-8, damaged in places")
    if b"\r" in window and b"\n" not in window:
        western = "mac_roman"  # only old Macs, and Excel's "CSV (Macintosh)", end lines like that
    else:
        western = "latin-1" if _UNDEFINED_IN_WINDOWS_1252.intersection(unusual) else "cp1252"
    fitting = from_bytes(sample)
    best, ours = fitting.best(), from_bytes(sample, cp_isolation=[western]).best()
    # Short western texts look alike in dozens of code pages: another one must speak a language clearly better.
    if best is None or (ours is not None and ours.coherence >= best.coherence - 0.1):
        best = ours
    if best is None:
        return Encoding(western, f"{_label(western)} (assumed)")
    others = [_label(match.encoding) for match in fitting if str(match) != str(best)][:MAX_OTHERS]
    doubt = f"; {', '.join(others)} would fit as well" if others else ""
    return Encoding(best.encoding, f"{_label(best.encoding)} (guessed, its letters fit to {1 - best.chaos:.0%}{doubt})")


def _label(codec: str) -> str:
    named = {"latin-1": "Latin-1", "latin_1": "Latin-1", "mac_roman": "Mac Roman"}
    if codec in named:
        return named[codec]
    return f"Windows-{codec[2:]}" if codec.startswith("cp125") else codec


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether ten or more of eleven characters beyond ASCII are UTF-8: damage, rather than another encoding."""
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if not character.isascii()) - wrong
    return right >= 10 * wrong


def _transcode(path: Path, copy: Path, codec: str, problems: Problems) -> Counts:
    counts, line = Counts(), 1
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    # Keeps a CR LF together that falls between two pieces, so that lines are counted right.
    pairs = io.IncrementalNewlineDecoder(None, translate=False)
    total, done = path.stat().st_size, 0
    with copy.open("wb") as out:
        for chunk in _pieces(path):
            done += len(chunk)
            text = pairs.decode(decoder.decode(chunk, final=done >= total), final=done >= total)
            lines = LINE_END.split(text)
            for offset, content in enumerate(lines) if "\ufffd" in text else ():
                if "\ufffd" in content:
                    found = f"bytes that are not {codec}, shown as \ufffd"
                    problems.add(line + offset, found, f"text in {codec}", kept=True)
            line += len(lines) - 1
            clean = text.replace("\0", "").encode("utf-8", "replace")
            counts.add(clean)
            out.write(clean)
    return counts
