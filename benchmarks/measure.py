"""One measurement is one process: its own time, its own memory, and an answer to compare."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Run:
    """What one process took; `trouble` says why it has no figures. `reading` is what came before the work itself."""

    seconds: float = 0.0
    reading: float = 0.0
    peak_mb: float = 0.0
    answer: Any = None
    trouble: str = ""


def run(module: str, *arguments: object, limit: float) -> Run:
    """Run `python -m module arguments`, which prints what `report` prints; ended when it takes longer than `limit`."""
    command = [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + limit
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > until:
                process.kill()
                _pid, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(_LOOK_EVERY)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed, errors = process.communicate()
    peak = usage.ru_maxrss / 1024
    if process.returncode == -signal.SIGKILL:
        return Run(peak_mb=peak, trouble=f"> {limit:g} s" if time.monotonic() > until else "out of memory")
    if process.returncode:
        return Run(peak_mb=peak, trouble=(errors.strip().splitlines() or ["failed"])[-1])
    found = json.loads(printed.strip().splitlines()[-1])
    return Run(found["seconds"], found["reading"], peak, found["answer"])


def report(seconds: float, answer: object, reading: float = 0.0) -> None:
    """What a measured process prints as its last line."""
    print(json.dumps({"seconds": seconds, "reading": reading, "answer": answer}))


class Results:
    """Runs made so far, in a file, so that a benchmark that was stopped goes on where it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runs: dict[str, list[Run]] = {}
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            self._runs = {row: [Run(**each) for each in runs] for row, runs in known.items()}

    def of(self, row: str) -> list[Run]:
        return self._runs.get(row, [])

    def add(self, row: str, made: Run) -> None:
        self._runs.setdefault(row, []).append(made)
        text = json.dumps({r: [asdict(each) for each in runs] for r, runs in self._runs.items()}, indent=1)
        draft = self._path.with_suffix(".writing")
        draft.write_text(text, encoding="utf-8")
        draft.rename(self._path)

    def summary(self, row: str) -> Run | None:
        """The medians of a row's runs; its trouble when one had any; None when none was made."""
        runs = self.of(row)
        if not runs:
            return None
        for each in runs:
            if each.trouble:
                return each
        return Run(
            *(median(getattr(each, name) for each in runs) for name in ("seconds", "reading", "peak_mb")),
            runs[0].answer,
        )


def machine() -> str:
    """This machine in general terms."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = ".".join(map(str, sys.version_info[:2]))
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB of memory, Python {python}"
