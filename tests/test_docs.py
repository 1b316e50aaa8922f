"""Documentation is tested: what exists is documented, and what is documented exists."""

import re
from pathlib import Path

import typer

from afteraction.cli import app
from afteraction.lake.schema import TABLES
from afteraction.process.model import Template

ROOT = Path(__file__).parents[1]
DOCS = {path: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]}


def test_every_command_and_its_options_are_in_the_command_reference() -> None:
    reference = DOCS[ROOT / "docs" / "commands.md"]
    root = typer.main.get_command(app)
    missing = []
    for name, command in _commands(root, "afteraction"):
        if f"`{name}" not in reference:
            missing.append(name)
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        missing += [f"{name} {option}" for option in options if option != "--help" and option not in reference]
    assert missing == []


def test_every_canonical_table_and_column_is_documented() -> None:
    page = DOCS[ROOT / "docs" / "tables.md"]
    assert [f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns if f"`{c.name}`" not in page] == []
    assert [name for name in TABLES if f"`{name}`" not in page] == []


def test_every_constraint_template_is_documented() -> None:
    assert [t.value for t in Template if t.value not in DOCS[ROOT / "docs" / "process-file.md"]] == []


def test_every_environment_variable_is_documented_and_no_other() -> None:
    package = ROOT / "src" / "afteraction"
    read = {
        name
        for path in package.rglob("*.py")
        for name in re.findall(
            r"(?:text|listed|boolean|whole|origins|database|mail)\(\"(AFTERACTION_[A-Z_]+)", path.read_text("utf-8")
        )
    }
    documented = set(re.findall(r"^\| `(AFTERACTION_[A-Z_]+)`", DOCS[ROOT / "docs" / "settings.md"], re.MULTILINE))
    assert documented == read


def test_links_between_pages_lead_somewhere() -> None:
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, text in DOCS.items()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
        if not target.startswith(("http://", "https://", "mailto:")) and not (path.parent / target).exists()
    ]
    assert dead == []


def _commands(command: object, name: str) -> list[tuple[str, typer.core.TyperCommand]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        return [(name, command)]  # type: ignore[list-item]
    return [found for key, each in inside.items() for found in _commands(each, f"{name} {key}")]
