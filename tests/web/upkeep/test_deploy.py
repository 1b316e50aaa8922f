"""What installs it elsewhere: checked as far as it can be without the engines that run it."""

import configparser
import re
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from django.test import Client
from tests.cast import Cast

from afteraction.cli import app
from afteraction.web.upkeep.request_metrics import REQUESTS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
INSTRUCTIONS = {
    "FROM", "ENV", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
    "ENTRYPOINT", "CMD",
}  # fmt: skip
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|DATABASE|AFTERACTION_MAIL\b|LLM")


@cache
def commands() -> dict[str, set[str]]:
    """Every command of the command line with its options."""
    root: Any = typer.main.get_command(app)
    return {
        name: {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        for name, command in root.commands.items()
    }


def assert_exists(words: list[str]) -> None:
    """That `afteraction WORDS…` is a command with these options."""
    assert words[0] in commands()
    options = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
    assert options <= commands()[words[0]]


# --- Containerfile
def instructions() -> list[tuple[str, str]]:
    lines = (DEPLOY / "Containerfile").read_text().split("\n")
    text = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _space, rest in (line.partition(" ") for line in text.split("\n") if line)]


def of(name: str) -> list[str]:
    return [rest for each, rest in instructions() if each == name]


def test_the_containerfile_has_instructions_that_exist_and_takes_nothing_from_outside() -> None:
    assert {name for name, _rest in instructions()} <= INSTRUCTIONS
    assert not re.search(r"curl|wget|https?://(?!localhost)", " ".join(of("RUN")))


def test_its_base_is_pinned_to_one_release_of_the_python_that_is_tested() -> None:
    bases = {rest.split()[0] for rest in of("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", bases.pop())


def test_all_that_it_copies_is_there_and_seen_by_the_build() -> None:
    seen = [line[1:] for line in (DEPLOY / "Containerfile.dockerignore").read_text().split() if line.startswith("!")]
    stages = {rest.split(" AS ")[1] for rest in of("FROM") if " AS " in rest}
    for rest in of("COPY"):
        *sources, _target = [word for word in rest.split() if not word.startswith("--")]
        if "--from=" in rest:
            assert rest.split("--from=")[1].split()[0] in stages
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert any(source == each or source.startswith(f"{each}/") for each in seen)


def test_packages_are_installed_by_hash_from_the_lock_files() -> None:
    installs = [part for rest in of("RUN") for part in rest.split("&&") if "pip install" in part]
    assert installs
    assert all("--require-hashes" in each or "--no-deps wheel/" in each for each in installs)
    locked = re.findall(r"--requirement (\S+)", " ".join(installs))
    assert {ROOT / each for each in locked} == {ROOT / f"requirements/{n}.txt" for n in ("uv", "runtime", "build")}


def test_the_container_runs_without_root_and_is_watched() -> None:
    names = [name for name, _rest in instructions()]
    user, _colon, group = of("USER")[-1].partition(":")
    assert min(int(user), int(group)) >= 1000
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "/healthz" in of("HEALTHCHECK")[0]
    assert yaml.safe_load(of("ENTRYPOINT")[0]) == ["afteraction"]
    assert_exists(yaml.safe_load(of("CMD")[0]))
    assert not SECRET.search(" ".join(of("ENV")))


# --- compose.yaml
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_compose_has_pages_worker_and_database_each_with_a_health_check() -> None:
    services = compose()["services"]
    assert set(services) == {"app", "worker", "postgres"}
    for service in services.values():
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["cap_drop"] == ["ALL"]
    assert services["app"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["worker"]["depends_on"] == {"app": {"condition": "service_healthy"}}
    for name in ("app", "worker"):
        assert services[name]["read_only"]
        assert_exists(services[name]["command"])
        for code in services[name]["healthcheck"]["test"][3:]:
            compile(code, name, "exec")
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", []))


def test_compose_keeps_what_matters_in_volumes_and_pins_what_it_fetches() -> None:
    told = compose()
    mounted = {volume.partition(":")[0] for each in told["services"].values() for volume in each["volumes"]}
    beside = {each for each in mounted if each.startswith("./")}
    assert mounted - beside == set(told["volumes"])
    assert all((DEPLOY / each).is_dir() for each in beside)
    assert re.fullmatch(r"postgres:\d+\.\d+-\w+", told["services"]["postgres"]["image"])


def test_no_secret_stands_in_compose_and_each_comes_from_a_file() -> None:
    told = compose()
    for service in told["services"].values():
        for name, value in service["environment"].items():
            if SECRET.search(name):
                assert name.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in service["secrets"]
        assert set(service["secrets"]) <= set(told["secrets"])
    ignored = (ROOT / ".gitignore").read_text().split()
    assert all(f"/deploy/{Path(each['file']).parent}/" in ignored for each in told["secrets"].values())


def test_settings_that_are_handed_over_exist() -> None:
    settings = (ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `(AFTERACTION_[A-Z_]+)`", settings, re.MULTILINE))
    handed = {name for each in compose()["services"].values() for name in each["environment"]}
    handed |= {name for path in UNITS for name in re.findall(r"AFTERACTION_[A-Z_]+(?==)", path.read_text())}
    assert {name.removesuffix("_FILE") for name in handed if name.startswith("AFTERACTION_")} <= documented


# --- systemd
def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text())
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_start_commands_that_exist_hardened_and_as_nobody_else(path: Path) -> None:
    told = unit(path)
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in UNITS
        assert told["Install"]["WantedBy"] == "timers.target"
        return
    service = told["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program == "/opt/afteraction/bin/afteraction"
    assert_exists(words)
    assert service["User"] == "afteraction"
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictSUIDSGID", "LockPersonality"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["Environment"].split()[0] == f"AFTERACTION_HOME=/var/lib/{service['StateDirectory']}"
    assert not SECRET.search(service["Environment"])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_knows_every_line_of_the_units() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *UNITS], capture_output=True, text=True, timeout=60, check=False
    )
    # The program and its user are not on this machine; nothing else may be said of our files.
    ours = [line for line in done.stderr.split("\n") if "afteraction" in line]
    assert [line for line in ours if "is not executable" not in line and "No such file" not in line] == []


# --- what a monitor is given
def test_alerts_ask_for_figures_that_are_there(cast: Cast, client: Client, settings: Any, tmp_path: Path) -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"\bafteraction_[a-z_]+", rule["expr"])}
    settings.METRICS_TOKEN = "t"
    REQUESTS.labels("home", "GET", 200).inc()
    told = client.get("/metrics", headers={"Authorization": "Bearer t"}).content.decode()
    there = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE)) | {"afteraction_request_duration_seconds_bucket"}
    there |= {"afteraction_worker_heartbeat_age_seconds", "afteraction_backup_age_seconds"}  # with worker, with backup
    assert asked <= there
    assert {rule["alert"] for rule in rules} == set(re.findall(r"`(Afteraction\w+)`", _operations()))
    assert yaml.safe_load((DEPLOY / "prometheus.yaml").read_text())["scrape_configs"][0]["job_name"] == "afteraction"


def _operations() -> str:
    return (ROOT / "docs" / "operations.md").read_text()
