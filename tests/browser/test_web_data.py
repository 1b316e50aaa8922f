"""Data in a real browser: files dropped, their columns corrected, the result read; at both widths, light and dark."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast

from afteraction.web.data import services, tasks
from afteraction.web.data.models import Import

Start = Callable[..., Visit]
DEALS = "Opp No;Title;Sales person;Value;Opened;Result\n" + "".join(
    f"OP-{n:03};Deal {n};Ada;{1000 + n};{n % 12 + 1:02}/{n % 9 + 1:02}/2025;{('Won', 'Lost')[n % 2]}\n"
    for n in range(80)
)
BAD_ROW = "OP-900;Bad;Ada;12;99/99/2025;Won\n"
# Files cannot be dragged out of a test; a drop that carries them is what the page gets either way.
DROP = """
([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: "text/csv" }));
  const target = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}
"""


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def run_jobs() -> None:
    """What the worker would do, at once."""
    for made in Import.objects.filter(state="looking"):
        tasks.look_at_files.call(import_id=made.pk)
    for made in Import.objects.filter(state="waiting"):
        tasks.import_files.call(import_id=made.pk)


def test_a_dropped_file_is_corrected_imported_and_told(visit: Start, cast: Cast) -> None:
    here = visit(cast.operations)
    here.go("/data/")
    here.page.evaluate(DROP, ["opportunities.csv", DEALS + BAD_ROW])
    expect(here.page.get_by_text("Looking at the files")).to_be_visible()
    run_jobs()
    expect(here.page.get_by_role("button", name="Start the import")).to_be_visible()
    here.page.get_by_label("owner comes from").select_option("leave out")
    here.page.get_by_label("How created_at is written").select_option("mdy")
    here.page.get_by_role("button", name="Keep the corrections").click()
    expect(here.page.get_by_text("The mapping has been changed.")).to_be_visible()
    expect(here.page.get_by_label("owner comes from")).to_have_count(0)
    here.page.get_by_role("button", name="Start the import").click()
    expect(here.page.get_by_text("Waiting for its turn")).to_be_visible()
    run_jobs()
    expect(here.page.get_by_text("What became of the rows")).to_be_visible()
    with here.page.expect_download() as told:
        here.page.get_by_role("link", name="Refused rows (CSV)").click()
    assert "99/99/2025" in told.value.path().read_text("utf-8")
    assert Import.objects.get().report["tables"]["deals"]["new"] >= 80
    assert here.said == []


def test_a_file_that_cannot_be_taken_is_told_beside_its_name(visit: Start, cast: Cast) -> None:
    here = visit(cast.operations)
    here.go("/data/")
    here.page.evaluate(DROP, ["deals.exe", "MZ"])
    expect(here.page.get_by_text("not sent")).to_be_visible()
    expect(here.page.get_by_text("a file that ends in")).to_be_visible()
    expect(here.page.get_by_role("link", name="Start over")).to_be_visible()


def test_a_wrong_text_shows_its_lines_and_keeps_what_was_typed(visit: Start, cast: Cast) -> None:
    made = looked_at(cast, DEALS)
    here = visit(cast.operations)
    here.go(f"/data/imports/{made.pk}/")
    here.page.get_by_text("The mapping as text").click()
    here.page.get_by_label("Mapping (TOML)").fill('[[sheet]]\nname = "opportunities.csv"\nfil = 3\n')
    here.page.get_by_role("button", name="Check and keep the text").click()
    expect(here.page.get_by_text("line 3")).to_be_visible()
    expect(here.page.get_by_label("Mapping (TOML)")).to_have_value('[[sheet]]\nname = "opportunities.csv"\nfil = 3\n')


def test_files_can_be_chosen_by_keyboard(visit: Start, cast: Cast) -> None:
    here = visit(cast.operations)
    here.go("/data/")
    here.page.locator("#files").focus()
    with here.page.expect_file_chooser() as chooser:
        here.page.keyboard.press("Space")
    assert chooser.value.is_multiple()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_page(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    here, found = visit(cast.operations, width=width, scheme=scheme), []
    here.go("/data/")
    found += problems(here, width)
    ready, refused = looked_at(cast, DEALS + BAD_ROW), looked_at(cast, "\x00\x01")
    done = looked_at(cast, DEALS + BAD_ROW)
    services.start(import_=done)
    run_jobs()
    waiting = looked_at(cast, DEALS)
    services.start(import_=waiting)
    for path in ["/data/", *(f"/data/imports/{each.pk}/" for each in (ready, refused, done, waiting))]:
        assert here.go(path) == 200
        found += problems(here, width)
    watching = visit(cast.executive, width=width, scheme=scheme)
    for path in ["/data/", f"/data/imports/{ready.pk}/", f"/data/imports/{done.pk}/"]:
        assert watching.go(path) == 200
        found += problems(watching, width)
    assert found == []


def looked_at(cast: Cast, text: str) -> Import:
    made = services.begin(by=cast.operations)
    services.add_file(import_=made, name="opportunities.csv", chunks=[text.encode()])
    services.look(import_=made)
    run_jobs()
    made.refresh_from_db()
    return made
