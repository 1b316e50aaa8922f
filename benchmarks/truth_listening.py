"""Whether the ranking of accounts, and what is said of acting, is so: invented accounts whose truth is known.

    python -m benchmarks.truth_listening [--rounds 100] [--write]

--write puts the table into benchmarks/README.md.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.account_acting import WITHIN, ActingPaid, acting_paid, counted_events
from afteraction.analysis.account_lift import TENTH, placed
from afteraction.analysis.account_propensity import HORIZON, Backtest, Learned, backtest, learn
from afteraction.analysis.account_record import dated
from afteraction.analysis.arrays import Floats
from afteraction.analysis.intervals import rate
from benchmarks.listening_records import record_of
from benchmarks.listening_worlds import Acting, Kind, World, listening_world
from benchmarks.page import write_section
from benchmarks.truth_found import markdown, share

BEGIN: Final = "<!-- truth of listening: written by the command -->"
END: Final = "<!-- truth of listening: end -->"
ACCOUNTS: Final = 6_000
PLANTED: Final = (
    Kind("funding", 0.3, 1.2, 60.0),
    Kind("leadership_change", 0.3, 1.6, 90.0),
    Kind("contract_end", 0.1, 2.0, 30.0),
    Kind("product_launch", 0.5, 0.0, 60.0),
    Kind("job_openings", 1.0, 0.0, 60.0),
    Kind("layoffs", 0.2, -0.8, 90.0),
)
NOTHING: Final = tuple(replace(kind, effect=0.0) for kind in PLANTED)
RARE: Final = (*PLANTED, *(Kind(f"rare {n}", 0.004, 1.5, 60.0) for n in range(6)))
DRIFT: Final = tuple(replace(kind, later=-kind.effect) for kind in PLANTED)
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Lifts:
    """Lift of the top tenth in the later record, by the true chances of the accounts in it: as ranked, as ranked
    without events, as whoever knows the truth ranks them."""

    ours: float
    without: float
    oracle: float


def lifts_of(world: World, tested: Backtest, rng: np.random.Generator) -> Lifts:
    rows = tested.rows
    true = world.chance(rows.account, rows.at, HORIZON)

    def lift(score: Floats) -> float:
        top = placed(score, rows.cohort, rng) <= TENTH
        return float(true[top].mean() / true.mean())

    return Lifts(lift(tested.chance), lift(tested.without_events), lift(true))


def planted_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    rows = []
    worlds = (
        ("six kinds, three of them lead to deals", PLANTED, ACCOUNTS),
        ("the same and six rare kinds, 1 event a year in 250 accounts each", RARE, ACCOUNTS),
        ("the same six kinds, 20,000 accounts", PLANTED, 20_000),
    )
    for name, kinds, k in worlds:
        found = []
        for _round in range(max(rounds // 5, 3)):
            world = listening_world(rng, k, kinds)
            tested = backtest(record_of(world), rng)
            if isinstance(tested, Backtest):
                found.append(lifts_of(world, tested, rng))
        ours, without, oracle = (np.mean([getattr(one, part) for one in found]) for part in Lifts.__annotations__)
        rows.append((
            f"{name}: lift of the top tenth ({len(found)} worlds; without events {without:.2f})",
            f"{ours:.2f}, {ours / oracle:.1%} of the oracle's",
            f"{oracle:.2f}",
        ))  # fmt: skip
    return rows


def claim_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    """What is claimed where something was planted, and where nothing was."""
    rows: list[Row] = []
    held, events, named, wrong, idle = [], [], [], [], []
    for _round in range(max(rounds // 2, 3)):
        world = listening_world(rng, ACCOUNTS, PLANTED)
        learned = learn(record_of(world), rng)
        if not isinstance(learned, Learned):
            continue
        events.append(learned.claims_events)
        for kind, found in zip(PLANTED, learned.kinds, strict=True):
            if kind.effect == 0:
                idle.append(found.verdict != "cant_tell")
            else:
                named.append(found.verdict != "cant_tell")
                wrong.append(found.verdict == ("fewer" if kind.effect > 0 else "more"))
        held.append(learned.claims_lift)
    rows += [
        ("planted: the top tenth claimed to be better than chance", share(held), ""),
        ("planted: events claimed to add to it", share(events), ""),
        ("planted: kinds with an effect that are named (contract ends and layoffs are few)", share(named), ""),
        ("planted: kinds named with the wrong sign", share(wrong), "none"),
        ("planted: kinds without an effect that are named", share(idle), "5 % at most"),
    ]
    for name, fit in (("nothing planted at all", 0.0), ("events do nothing, segments do", 0.5)):
        lift, add, kinds = [], [], []
        for _round in range(rounds):
            learned = learn(record_of(listening_world(rng, 3_000, NOTHING, fit=fit)), rng)
            if isinstance(learned, Learned):
                lift.append(learned.claims_lift)
                add.append(learned.claims_events)
                kinds.append(any(each.verdict != "cant_tell" for each in learned.kinds))
        if fit == 0:
            rows.append((f"{name}: worlds in which lift is claimed", _false(lift), "2.5 % at most"))
        rows += [
            (f"{name}: worlds in which events are said to add to it", _false(add), "2.5 % at most"),
            (f"{name}: worlds in which any kind is named", _false(kinds), "5 % at most"),
        ]
    return rows


def _false(flags: Sequence[bool]) -> str:
    one = rate(int(np.sum(flags)), max(len(flags), 1))
    return f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%}) of {len(flags):,}"


def drift_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    """Kinds that turn into their opposite half-way."""
    claimed, ours, held = [], [], []
    for _round in range(max(rounds // 4, 3)):
        world = listening_world(rng, ACCOUNTS, DRIFT)
        record = record_of(world)
        learned, tested = learn(record, rng), backtest(record, rng)
        if isinstance(learned, Learned) and isinstance(tested, Backtest):
            found = lifts_of(world, tested, rng)
            ours.append(found.ours - found.without)
            claimed.append(learned.claims_events)
            held.append(learned.events_add.low <= found.ours - found.without <= learned.events_add.high)
    return [
        ("kinds turn into their opposite half-way: what events add, in truth", f"{np.mean(ours):+.2f}", ""),
        ("the same: worlds in which events are said to add", share(claimed), "none, but where it is so"),
        ("the same: back-tested intervals of what they add that hold it", share(held), "95 %"),
    ]


def acting_rows(rng: np.random.Generator, rounds: int) -> list[Row]:
    rows = []
    worlds = (
        ("acting does nothing, by chance", Acting()),
        ("acting does nothing, done where accounts buy anyway", Acting(confounding=1.0)),
        ("acting helps, done where accounts buy anyway", Acting(effect=1.5, confounding=1.0)),
        ("acting does nothing, done for a hidden reason to buy", Acting(hidden=1.0)),
        ("nearly always acted upon in some segments, never in others", Acting(confounding=6.0)),
    )
    for name, acting in worlds:
        truth = _truth_of(rng, acting)
        held, helps, naive, said, refused = [], [], [], [], []
        for _round in range(rounds):
            world = listening_world(rng, ACCOUNTS, PLANTED, acting=acting)
            found = acting_paid(record_of(world), world.act_account, world.act_at, rng)
            refused.append(not isinstance(found, ActingPaid))
            if isinstance(found, ActingPaid):
                held.append(found.low <= truth <= found.high)
                helps.append(found.verdict == "helps")
                naive.append(found.naive)
                said.append(found.effect)
        mean = f"{100 * np.mean(said):+.1f} points (plain: {100 * np.mean(naive):+.1f})" if said else "–"
        words = (mean, f"called helpful in {share(helps)}", f"intervals that hold it {share(held)}")
        rows.append((name, "; ".join([*words, f"refused {np.mean(refused):.0%}"]), f"{100 * truth:+.1f} points"))
    return rows


def _truth_of(rng: np.random.Generator, acting: Acting, worlds: int = 12) -> float:
    """The plain difference where it is drawn by lot who acts on what, in worlds that are large."""
    if acting.effect == 0:
        return 0.0
    drawn = replace(acting, confounding=0.0, hidden=0.0)
    found = []
    for _world in range(worlds):
        world = listening_world(rng, 20_000, PLANTED, acting=drawn)
        record = record_of(world)
        account, at = counted_events(record, HORIZON)
        acts, _ = dated(world.act_account, world.act_at, len(record))
        did = acts.count(account, at, at + WITHIN) > 0
        bought = record.wins.following(account, at + WITHIN) <= at + WITHIN + HORIZON
        found.append(bought[did].mean() - bought[~did].mean())
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    rng = np.random.default_rng(1)
    parts: Sequence[Callable[[np.random.Generator, int], list[Row]]] = (
        planted_rows, claim_rows, drift_rows, acting_rows,
    )  # fmt: skip
    text = markdown(("what", "found", "in truth"), [row for part in parts for row in part(rng, chosen.rounds)])
    sys.stdout.write(text + "\n")
    if chosen.write:
        write_section(BEGIN, END, text)


if __name__ == "__main__":
    main()
