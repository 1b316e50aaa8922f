"""The command line as a user meets it: commands in their usual order, exit status, and the contract of the JSON."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from afteraction import cli
from afteraction.process.check import parse_file

CONTRACT = {
    *(
        "data",
        "health",
        "conformance",
        "steps",
        "reps",
        "boxes",
        "win_probability",
        "qualification",
        "themes",
        "refused",
    ),
}


def run(*arguments: object) -> tuple[int, str]:
    """Run a command in this process as `main` does; its exit status and everything it printed."""
    runner = CliRunner()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["afteraction", *map(str, arguments)])
        with runner.isolation() as streams:
            try:
                cli.main()
                status = 0
            except SystemExit as end:
                status = int(end.code or 0)
            return status, streams[2].getvalue().decode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "files"
    assert run("simulate", folder, "--deals", 400, "--seed", 3)[0] == 0
    return folder


@pytest.fixture(scope="module")
def home(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    status, told = run("import", files, "--home", folder)
    assert status == 0, told
    return folder


def test_equal_seeds_give_equal_files(files: Path, tmp_path: Path) -> None:
    assert run("simulate", tmp_path / "again", "--deals", 400, "--seed", 3)[0] == 0
    for path in files.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_same_import_twice_changes_nothing(files: Path, home: Path) -> None:
    status, told = run("import", files, "--home", home)
    assert status == 0
    assert "Data version 1." in told


def test_analyze_writes_the_contract(files: Path, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    status, told = run("analyze", "--process", files / "process.yaml", "--json", out, "--home", home)
    assert status == 0, told
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found.keys() >= CONTRACT
    assert found["data"]["deals"] == 400
    assert len(found["health"]) == 5
    assert {answer["answer"] for answer in found["health"]} <= {"yes", "partly", "no", "cannot_tell"}
    assert all(answer["figures"] for answer in found["health"] if answer["answer"] != "cannot_tell")
    steps = {step.id for step in parse_file(files / "process.yaml").steps}
    assert {step["step"] for step in found["conformance"]["steps"]} == steps
    assert {step["step"] for step in found["steps"]} == steps
    assert 0 < found["conformance"]["fitness"] < 1
    ended = sum(found["data"]["outcomes"][outcome] for outcome in ("won", "lost", "no_decision"))
    named = ("deserved_win", "lucky_win", "unlucky_loss", "deserved_loss", "undecided")
    assert sum(found["boxes"][box] for box in named) == ended
    assert {"rep", "deals", "won", "expected", "skill", "low", "high", "verdict"} <= found["reps"][0].keys()
    assert {"auc", "brier", "log_loss", "calibration_slope", "n_train", "n_test", "split"} <= found[
        "win_probability"
    ].keys()
    assert {"bands", "walk_away"} <= found["qualification"].keys()
    assert {claim["verdict"] for claim in found["claims"]} <= {"fact", "fiction", "cant_tell"}


def test_deviations_agree_with_the_counts_of_analyze(files: Path, home: Path, tmp_path: Path) -> None:
    process = files / "process.yaml"
    assert run("analyze", "--process", process, "--json", tmp_path / "f.json", "--home", home)[0] == 0
    assert run("deviations", "--process", process, "--out", tmp_path / "d.parquet", "--home", home)[0] == 0
    rows = pq.read_table(tmp_path / "d.parquet").to_pylist()
    assert set(rows[0]) >= {"deal_id", "constraint", "step", "kind", "at"}
    deals = {(row["step"], row["kind"], row["deal_id"]) for row in rows}
    for step in json.loads((tmp_path / "f.json").read_text())["conformance"]["steps"]:
        for kind in ("skipped", "late", "out_of_order"):
            assert step[kind] == sum(key[:2] == (step["step"], kind) for key in deals), (step["step"], kind)


def test_what_discover_writes_is_a_right_process_with_a_map(home: Path, tmp_path: Path) -> None:
    status, told = run("discover", "--out", tmp_path / "found.yaml", "--home", home)
    assert status == 0, told
    assert run("process", "check", tmp_path / "found.yaml")[0] == 0
    assert parse_file(tmp_path / "found.yaml").stages == ("Qualify", "Discover", "Propose", "Negotiate")
    assert (tmp_path / "found.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_report_is_written_as_page_and_pdf(files: Path, home: Path, tmp_path: Path) -> None:
    html, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    status, told = run("report", "--process", files / "process.yaml", "--html", html, "--pdf", pdf, "--home", home)
    assert status == 0, told
    assert "Is our sales process real?" in html.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_an_earlier_data_version_gives_the_earlier_figures(files: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("import", files / "deals.csv", "--home", home)[0] == 0
    assert run("import", files, "--home", home)[0] == 0
    events = []
    for version in (1, 2):
        out = tmp_path / f"{version}.json"
        assert run("analyze", "--as-of", version, "--json", out, "--home", home)[0] == 0
        events.append(json.loads(out.read_text(encoding="utf-8"))["data"]["events"])
    assert events[0] == 0 < events[1]
    status, told = run("analyze", "--as-of", 9, "--home", home)
    assert (status, "no data version 9" in told) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("analyze",), 1, "at least one import"),
        (("import", "no-such-file.csv"), 1, "no-such-file.csv"),
        (("report",), 2, "--html"),
        (("deviations",), 2, "--out"),
        (("process", "check", "no-such-file.yaml"), 1, "no-such-file.yaml"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_status(
    arguments: tuple[str, ...], status: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, text = run(*arguments)
    assert (found, told in text) == (status, True), text


@pytest.mark.parametrize("place", ["nowhere/file.out", ""])
@pytest.mark.parametrize(("command", "option"), [("analyze", "--json"), ("discover", "--out"), ("deviations", "--out")])
def test_a_place_that_cannot_be_written_to_is_refused(
    home: Path, tmp_path: Path, command: str, option: str, place: str
) -> None:
    status, told = run(command, "--home", home, option, tmp_path / place)
    assert status == 1
    assert "found:" in told
    assert "name another" in told


def test_deals_without_any_date_are_analysed_without_what_needs_one(tmp_path: Path) -> None:
    rows = [f"d{n},{'won' if n % 2 else 'lost'},{1000 + n}" for n in range(60)]
    (tmp_path / "deals.csv").write_text("\n".join(["deal_id,outcome,amount", *rows]), encoding="utf-8")
    status, told = run("import", tmp_path / "deals.csv", "--home", tmp_path / "home")
    assert status == 0, told
    status, told = run("analyze", "--home", tmp_path / "home", "--json", tmp_path / "figures.json")
    assert status == 0, told
    assert json.loads((tmp_path / "figures.json").read_text())["data"]["deals"] == 60
