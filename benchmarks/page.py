"""The page that holds what was measured: each command writes between markers of its own."""

from benchmarks.truth_found import README


def write_section(start: str, end: str, section: str, found: str) -> None:
    """Put what was found between the markers, which come at the end of the page with `section` where it has none."""
    text = README.read_text(encoding="utf-8")
    if start not in text:
        text = f"{text.rstrip()}\n\n{section}\n{start}\n{end}\n"
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    README.write_text(f"{before}{start}\n{found.strip()}\n{end}{after}", encoding="utf-8")
