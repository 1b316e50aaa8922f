"""The lead score on real leads: `python -m benchmarks.olist --data FOLDER [--write]`.

--write puts the table into benchmarks/README.md.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.analysis.calibration import Accuracy, Measured, accuracy
from afteraction.analysis.intervals import Rate
from afteraction.analysis.lead_frame import CAMPAIGN, SOURCE, LeadFrame, lead_frame, places
from afteraction.analysis.lead_outcomes import what_became
from afteraction.analysis.lead_points import Criterion
from afteraction.analysis.lead_score import HORIZON, LeadScore, fit
from afteraction.ingest import import_paths
from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake
from benchmarks.page import write_section
from benchmarks.truth_found import markdown

BEGIN: Final = "<!-- olist: written by the command -->"
END: Final = "<!-- olist: end -->"
POINTS: Final = (
    Criterion("searched for us", SOURCE, frozenset({"organic search", "paid search"}), 10.0),
    Criterion("came by itself", SOURCE, frozenset({"direct traffic"}), 10.0),
    Criterion("was referred", SOURCE, frozenset({"referral"}), 15.0),
    Criterion("answered a mail", SOURCE, frozenset({"email"}), 8.0),
    Criterion("from social media", SOURCE, frozenset({"social"}), 5.0),
    Criterion("saw a banner", SOURCE, frozenset({"display", "other publicities"}), 2.0),
)
"""What a team might write down by hand, before it has seen what became of its leads."""


@dataclass(frozen=True)
class Row:
    """A way to score, tested on the same later leads."""

    name: str
    found: Accuracy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the two files of the funnel")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        import_paths([chosen.data], home)
        frame = lead_frame(open_record(home, Lake(home).snapshot()).tables)
    if not isinstance(frame, LeadFrame):
        raise SystemExit(f"found: {frame.reason}; expected: {frame.needed}")
    score = fit(frame, points=POINTS)
    if not isinstance(score, LeadScore) or score.points is None:
        raise SystemExit("found: no score; expected: the leads of the marketing funnel; next: look at --data")
    regression = f"logistic regression (scikit-learn {version('scikit-learn')})"
    rows = [
        Row("Afteraction, chance at coming in", score.accuracy),
        Row("points by hand", score.points.accuracy),
        Row(f"{regression}, leads that are too young left out", _scikit_learn(frame, score, young=False)),
        Row(f"{regression}, counted as not won", _scikit_learn(frame, score, young=True)),
    ]
    text = f"{_told(frame, score)}\n\n{_funnel(frame)}\n\n{_table(rows)}\n\n{_more(score)}"
    sys.stdout.write(text + "\n")
    if chosen.write:
        write_section(BEGIN, END, text)


def _scikit_learn(frame: LeadFrame, score: LeadScore, *, young: bool) -> Accuracy:
    """Logistic regression as anyone would try it first, in the two ways in which people treat leads whose horizon is
    not over at the split."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import OneHotEncoder

    split = float((np.datetime64(score.split, "us") - frame.origin) / np.timedelta64(1, "D"))
    won = frame.won <= frame.created + HORIZON
    codes = np.column_stack([places(frame.facts[name]) for name in (SOURCE, CAMPAIGN)])
    past = frame.created < split if young else frame.created + HORIZON <= split
    known = won & (frame.won <= split)
    later = (frame.created >= split) & (frame.created <= frame.end - HORIZON)
    encoder = OneHotEncoder(handle_unknown="ignore").fit(codes[past])
    model = LogisticRegression(max_iter=1_000).fit(encoder.transform(codes[past]), known[past])
    chance: Floats = model.predict_proba(encoder.transform(codes[later]))[:, 1]
    return accuracy(chance, won[later], np.ones(int(later.sum())))


def _told(frame: LeadFrame, score: LeadScore) -> str:
    became = what_became(frame)
    days = next(one for one in became.overall.times if one.what == "won")
    won, took = became.overall.won, frame.won - frame.created
    return (
        f"{won.count:,} of {won.n:,} leads won so far ({won.value:.1%}, {won.low:.1%} to {won.high:.1%}). Median time "
        f"to close {np.nanmedian(np.floor(took)):.0f} whole days among those that did ({days.so_far:.1f} with hours); "
        f"{days.median:.0f} ({days.low:.0f} to {days.high:.0f}) among all that do within {days.horizon:.0f} days, "
        f"young leads weighted for. Split on {score.split}: {score.n_train:,} leads learned from, {score.n_test:,} "
        f"tested on, {score.accuracy.won:,} of them won."
    )


def _funnel(frame: LeadFrame) -> str:
    """What became of the leads of each origin, young ones censored."""
    became = what_became(frame)
    rows = []
    for group in (became.overall, *became.groups):
        days = next((one for one in group.times if one.what == "won"), None)
        by = [f"{_percent(each.won)}" for each in group.horizons if each.days in (30.0, 90.0)]
        rows.append(
            (
                "all" if group.group is None else group.group or "not on record", f"{group.leads:,}",
                f"{group.won.count:,}, {_percent(group.won)}", *[*by, "", ""][:2],
                f"{days.median:.0f} ({days.low:.0f} to {days.high:.0f}), n = {days.n}" if days else "",
            )
        )  # fmt: skip
    head = ("origin", "leads", "won so far", "won by day 30", "won by day 90", "half of the wins within days")
    return markdown(head, rows)


def _percent(one: Measured | Rate) -> str:
    return f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%})"


def _table(rows: list[Row]) -> str:
    head = ("score", "AUC", "Brier", "log loss", "slope", "intercept")
    return markdown(
        head,
        [
            (
                row.name,
                *(_told_of(each, 3) for each in (row.found.auc, row.found.brier, row.found.log_loss)),
                *(_told_of(each, 2) for each in (row.found.slope, row.found.intercept)),
            )
            for row in rows
        ],
    )


def _more(score: LeadScore) -> str:
    gain, ages = score.points.gain if score.points else None, score.by_age
    said = [f"{one.age:.0f} days: {one.accuracy.auc.value:.3f} of {one.accuracy.n:,}" for one in ages]
    lines = [f"AUC of the leads that were still open after {', '.join(said)}."]
    if gain:
        lines.append(f"Brier score below that of the points by {gain.value:.4f} ({gain.low:.4f} to {gain.high:.4f}).")
    promises = score.promises
    if promises.ratio:
        told = f"{promises.came:,} won where {promises.expected:.0f} were promised"
        when = f"after {promises.alarm:,} leads" if promises.alarm else "never"
        lines.append(f"Drift: {told} (ratio {_told_of(promises.ratio, 2)}); the alarm rang {when}.")
    return " ".join(lines)


def _told_of(one: Measured, digits: int) -> str:
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})".replace("-", "−")


if __name__ == "__main__":
    main()
