"""The process map: laid out without any name, drawn with all of them."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from defusedxml.ElementTree import fromstring

from afteraction.errors import Refused
from afteraction.report import graph_layout
from afteraction.report.followed_map import followed_map
from afteraction.report.graph_layout import Box, Graph, Line, lay_out
from afteraction.report.paper_map import paper_map
from afteraction.report.process_map import Move, Place, ProcessMap, Standing, draw

SVG = "{http://www.w3.org/2000/svg}"


def _texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in fromstring(svg).iter(f"{SVG}text")]


def _map(
    places: dict[str, Place], moves: tuple[Move, ...] = (), stages: tuple[str, ...] = ("One", "Two")
) -> ProcessMap:
    return ProcessMap("map", stages, places, moves, "a map")


def test_stages_come_one_below_the_other_whatever_the_arrows_say() -> None:
    groups = [Box(100, 40, group) for group in (0, 0, 1, 1, 2, 2)]
    back_and_forth = tuple(Line(a, b, upwards=a > b) for a, b in [(0, 5), (5, 0), (3, 1), (1, 3), (4, 2), (2, 4)])
    above = ((0, 1), (0, 2), (1, 2), (2, 3), (2, 4), (3, 4), (4, 5))
    [layout] = lay_out([Graph(tuple(groups), back_and_forth, (True, True, True), above)])
    bottoms = [top + high for _left, top, _wide, high in layout.groups.values()]
    tops = [top for _left, top, _wide, _high in layout.groups.values()]
    assert bottoms[0] < tops[1]
    assert bottoms[1] < tops[2]


def test_every_box_and_line_gets_its_place() -> None:
    graph = Graph((Box(50, 20), Box(50, 20)), (Line(0, 1, label=(30, 14)), Line(1, 0, upwards=True)))
    [layout] = lay_out([graph])
    assert len(layout.boxes) == 2
    assert len(layout.lines) == 2
    assert list(layout.labels) == [0]
    down, up = layout.lines
    assert down[2][1] > down[1][1]  # the arrow's head points down the page ...
    assert up[2][1] < up[1][1]  # ... and that of the line that leads back points up


def test_no_name_reaches_the_layout_engine(recipe: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = graph_layout._run

    def listen(request: str) -> object:
        asked.append(request)
        return run(request)

    monkeypatch.setattr(graph_layout, "_run", listen)
    made = recipe(named=lambda name: f"SECRET {name}")
    flow = made.graph(beside=False)
    draw([followed_map(made.graph(), flow, made.process(), {}).map, paper_map(made.process(), {})])
    assert asked
    assert "SECRET" not in "".join(asked)


def test_hostile_names_stay_text(recipe: Callable, hostile: Callable[[str], str]) -> None:
    made = recipe(named=hostile)
    drawn = followed_map(made.graph(), made.graph(beside=False), made.process(), {}).map
    for picture in draw([drawn, paper_map(made.process(), {})]):
        root = fromstring(picture.svg)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg",
            "g",
            "rect",
            "path",
            "text",
            "title",
        }
        assert any("<script>" in (title.text or "") for title in root.iter(f"{SVG}title"))


def test_a_map_of_25_places_is_drawn_with_every_name() -> None:
    places = {f"p{n}": Place(f"Place {n}", "One" if n < 12 else "Two") for n in range(25)}
    moves = tuple(Move(f"p{a}", f"p{(a * 7 + 3) % 25}", 0.5, "50%") for a in range(25) if (a * 7 + 3) % 25 != a)
    [picture] = draw([_map(places, moves)])
    assert {f"Place {n}" for n in range(25)} <= set(_texts(picture.svg))


def test_what_differs_between_paper_and_practice_is_said_in_words_too() -> None:
    places = {
        "a": Place("Demo", "One", share=0.1, standing=Standing.RARE),
        "b": Place("Discount", "One", share=0.4, standing=Standing.EXTRA),
    }
    [picture] = draw([_map(places)])
    assert {"rarely done", "not on paper"} <= set(_texts(picture.svg))


def test_an_empty_map_can_be_drawn() -> None:
    [picture] = draw([_map({})])
    assert fromstring(picture.svg).tag == f"{SVG}svg"


def test_the_map_as_followed_leaves_what_is_not_on_paper_beside_the_flow(recipe: Callable) -> None:
    made = recipe()
    followed = followed_map(made.graph(), made.graph(beside=False), made.process(), {"step_0": (400, 40)})
    assert followed.map.places["aside:Follow-up mail"].standing == Standing.EXTRA
    assert followed.map.places["step:step_0"].standing == Standing.RARE
    assert not any("aside" in move.start + move.end for move in followed.map.moves)
    assert 0.5 < followed.covered <= 1


def test_where_deals_end_is_counted_in_the_stage_in_which_they_end(recipe: Callable) -> None:
    made = recipe()
    places = followed_map(made.graph(), made.graph(beside=False), made.process(), {}).map.places
    assert places["stage:Qualify"].under == "end here: 60 lost"
    assert places["end:won"].note.startswith("40 deals")


def test_the_paper_map_names_steps_that_are_rarely_done(recipe: Callable) -> None:
    made = recipe()
    drawn = paper_map(made.process(), {"step_0": (100, 20), "step_1": (100, 90)})
    assert [key for key, place in drawn.places.items() if place.standing == Standing.RARE] == ["step_0"]


def test_an_engine_that_fails_is_refused_with_its_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    worker = tmp_path / "graphviz_worker.py"
    worker.write_text("raise SystemExit('out of luck')")
    monkeypatch.setattr(graph_layout, "_WORKER", worker)
    with pytest.raises(Refused, match="out of luck"):
        lay_out([Graph((Box(1, 1),), ())])


def test_an_engine_that_hangs_is_stopped_and_tried_once_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    worker, tries = tmp_path / "graphviz_worker.py", tmp_path / "tries"
    worker.write_text(f"open({str(tries)!r}, 'a').write('x'); import time; time.sleep(60)")
    monkeypatch.setattr(graph_layout, "_WORKER", worker)
    monkeypatch.setattr(graph_layout, "_SECONDS", 1)
    with pytest.raises(Refused, match="twice"):
        lay_out([Graph((Box(1, 1),), ())])
    assert tries.read_text() == "xx"


def test_the_worker_imports_nothing_of_ours() -> None:
    source = Path(graph_layout.__file__).with_name("graphviz_worker.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:import|from) (\w+)", source, flags=re.MULTILINE))
    assert imported - set(sys.stdlib_module_names) == {"py_mini_racer"}


def test_pictures_are_parsed_by_any_xml_reader(recipe: Callable) -> None:
    made = recipe()
    [picture] = draw([paper_map(made.process(), {})])
    assert isinstance(Xml.fromstring(picture.svg), Xml.Element)
