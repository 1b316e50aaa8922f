"""Tables of benchmarks come between their markers, and nothing else of the page changes."""

import pytest
from benchmarks.page import write_section

START, END = "<!-- speed: written by the command -->", "<!-- speed: end -->"


def test_what_was_found_replaces_what_stands_between_the_markers_and_the_rest_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# Speed \n\n{START}\nold\n\nolder\n{END}\n\n\nMore – of it.  ", encoding="utf-8")
    write_section(START, END, "\n| new |\n", section="## Speed", page=page)
    assert page.read_text(encoding="utf-8") == f"# Speed \n\n{START}\n| new |\n{END}\n\n\nMore – of it.  "


def test_a_page_without_the_markers_gets_them_at_its_end_below_the_section(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Speed\n\n\n", encoding="utf-8")
    write_section(START, END, "| new |", section="## A section\n\n    the command\n", page=page)
    expected = f"# Speed\n\n## A section\n\n    the command\n\n{START}\n| new |\n{END}\n"
    assert page.read_text(encoding="utf-8") == expected
    write_section(START, END, "| new |", section="## A section", page=page)
    assert page.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("text", "section"),
    [("# Speed\n", ""), (f"{START}\n", "## A section"), (f"{END}\n", "## A section"), (f"{END}\n{START}\n", "")],
)
def test_a_page_without_a_place_for_the_table_is_refused_and_stays(tmp_path, text, section):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"(?s)found: .*page\.md.*expected: .*next: "):
        write_section(START, END, "| new |", section=section, page=page)
    assert page.read_text(encoding="utf-8") == text
