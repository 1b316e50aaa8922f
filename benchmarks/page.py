"""The page that holds what was measured: each command writes between markers of its own."""

from pathlib import Path
from typing import Final

# Nothing heavy is imported here: what measures memory imports this.
README: Final = Path(__file__).with_name("README.md")


def write_section(start: str, end: str, found: str, *, section: str = "", page: Path = README) -> None:
    """Put what was found between the markers, which come at the end of the page below `section` where it has none.

    A page without the markers is refused where no section is given, and so is one that has only one of them.
    """
    text = page.read_text(encoding="utf-8")
    if section and start not in text and end not in text:
        text = f"{text.rstrip()}\n\n{section.strip()}\n\n{start}\n{end}\n"
    before, _, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not closed:
        raise SystemExit(
            f"found:    no place for the table in {page}\n"
            f"expected: {start} and, below it, {end}\n"
            "next:     put both into the page, then run it again"
        )
    page.write_text(f"{before}{start}\n{found.strip()}\n{end}{after}", encoding="utf-8")
