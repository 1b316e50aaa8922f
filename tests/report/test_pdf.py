"""The PDF: tagged, paged, and with the same words as the page."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from afteraction.errors import Refused
from afteraction.report.build import build
from afteraction.report.charts.ways import Happening, Way, ways
from afteraction.report.document import (
    Cell,
    DrawnMap,
    Figure,
    KeyFigure,
    KeyFigures,
    Maps,
    Prose,
    Report,
    Section,
    Table,
)
from afteraction.report.pdf import render_pdf, write_pdf
from afteraction.report.process_map import MapPicture


def _read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in _read(pdf).pages)


@pytest.fixture(scope="module")
def pdf(recipe: Callable) -> bytes:
    made = recipe()
    return render_pdf(build(made.study(), made.graph(beside=False), "Nobody is real."))


def test_it_has_a_title_a_language_and_tags(pdf: bytes) -> None:
    reader = _read(pdf)
    assert reader.metadata is not None
    assert reader.metadata.title == "Is our sales process real?"
    catalogue = reader.root_object
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue


def test_it_says_what_the_page_says(pdf: bytes) -> None:
    text = _text(pdf)
    wanted = ["Simulated data. Nobody is real.", "Where to look first", "Do we have a process?", "Glossary", "Table 1."]
    wanted += ["Look here first, but do not conclude yet", "What would change this answer:"]
    for words in wanted:
        assert words in text


def test_pages_are_numbered_and_listed(pdf: bytes) -> None:
    pages = _read(pdf).pages
    assert f"1 of {len(pages)}" in pages[0].extract_text()
    assert "In this report" in pages[0].extract_text()


def test_it_is_the_same_file_each_time(recipe: Callable, pdf: bytes) -> None:
    made = recipe()
    assert render_pdf(build(made.study(), made.graph(beside=False), "Nobody is real.")) == pdf


def test_hostile_names_stay_text(recipe: Callable, hostile: Callable[[str], str]) -> None:
    made = recipe(named=hostile)
    text = _text(render_pdf(build(made.study(), made.graph(beside=False))))
    for words in ("<script>alert(1)</script>", "#set page()", "$x$ *b* _i_ @ref", "`raw`"):
        assert words in text


def test_characters_that_the_font_lacks_do_not_stop_it() -> None:
    report = Report("漢字 😀", "مرحبا", (("a", "b"),), (Section("s", "漢字", blocks=(Prose("😀 ñ ł 漢"),)),))
    assert _read(render_pdf(report)).pages


def test_a_record_without_deals_gives_a_pdf_of_refusals(recipe: Callable) -> None:
    made = recipe()
    assert "What would make it possible:" in _text(render_pdf(build(made.empty_study(), made.graph())))


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("us-letter", 612)])
def test_it_comes_on_either_paper(paper: str, width: int) -> None:
    report = Report("t", "s", (("a", "b"),), (Section("s", "S", blocks=(KeyFigures((KeyFigure("n", "1"),)),)),))
    assert round(_read(render_pdf(report, paper)).pages[0].mediabox.width) == width


def test_another_paper_is_refused() -> None:
    with pytest.raises(Refused, match="us-letter"):
        render_pdf(Report("t", "s", ()), "papyrus")


def test_a_large_table_is_printed_as_far_as_paper_goes() -> None:
    columns = tuple(f"column {n}" for n in range(20))
    rows = tuple(tuple(Cell(f"r{r}c{c}") for c in range(20)) for r in range(90))
    table = Table("Big", columns, rows, (False, *(True,) * 19))
    figure = Figure("f", "Title", "basis", ways([Way((Happening("a"),), 1, 1.0)]), "words", table=table)
    text = _text(render_pdf(Report("t", "s", (), (Section("s", "S", blocks=(figure,)),))))
    assert "60 of 90 rows and 14 of 20 columns" in text
    assert "r59c13" in text
    assert "r60c0" not in text


@pytest.mark.parametrize(("size", "sheets"), [((300, 500), 1), ((700, 1400), 1), ((2400, 900), 2)])
def test_maps_go_side_by_side_as_long_as_they_can_be_read(size: tuple[int, int], sheets: int) -> None:
    wide, high = size
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"/>'
    drawn = DrawnMap("m", "heading", MapPicture(svg, wide, high), "words")
    report = Report("t", "s", (), (Section("s", "S", blocks=(Maps("m", "t", "b", (drawn, drawn)),)),))
    assert len(_read(render_pdf(report)).pages) == 1 + sheets


def test_it_is_written_where_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    write_pdf(Report("t", "s", ()), path)
    assert path.read_bytes().startswith(b"%PDF")
