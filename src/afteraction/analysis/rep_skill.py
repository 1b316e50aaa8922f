"""Mix, skill and luck: what a rep's deals alone would have brought, what the rep adds, and the rest.

Skill is what a rep wins of their own deals beyond what the average rep would have won of the same deals, everything
the rep does included. It leans on the team and on all reps as far as the rep's own deals are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import expit, logit, ndtr

from afteraction.analysis.arrays import Flags, Floats, Ints, Places
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import Moment, Snapshot, encoding, snapshot
from afteraction.analysis.intervals import false_discovery_q_values
from afteraction.analysis.pooling import Pool, Pooled, Posterior, pool
from afteraction.analysis.settled import settled_age
from afteraction.analysis.variation import Shares, shares
from afteraction.analysis.verdict import MATTERS
from afteraction.analysis.win_probability import WinProbability
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

FALSE_ALARMS: Final = 0.02
"""The share of false alarms allowed among reps that stand out by their own deals alone (Benjamini-Hochberg)."""
EQUALS: Final = 0.03
"""Nobody is named by pooled skill where chance alone is likelier than this to set reps so far apart. Together with
FALSE_ALARMS at most 5 % of organisations whose reps are equal name anyone."""
FEWEST_EXPECTED: Final = 5.0
"""Wins, and deals not won, that must be expected of a rep whose own deals are to be believed without pooling."""
FEWEST_TO_JUDGE: Final = 25
_Z: Final = 1.959963984540054


class SkillVerdict(StrEnum):
    ABOVE = "above"
    BELOW = "below"
    AS_EXPECTED = "as_expected"
    CANT_TELL = "cant_tell"


@dataclass(frozen=True)
class Skill:
    """A rep, or a team. `expected`: wins of the average rep with these deals. `skill` with its 95 % interval: the
    difference that the rep makes to the chance of winning one of them, from -1 to 1. `luck`: wins beyond both."""

    name: str
    team: str | None
    deals: int
    won: int
    expected: float
    skill: float
    low: float
    high: float
    verdict: SkillVerdict

    @property
    def luck(self) -> float:
        return self.won - self.expected - self.deals * self.skill


@dataclass(frozen=True)
class RepSkill:
    """Every rep and team, by name. `chance` is the p-value of all reps being equally good.

    `deals` of `ended` ended deals count; `notes` say in words what was left out and why.
    """

    reps: tuple[Skill, ...]
    teams: tuple[Skill, ...]
    shares: Shares
    chance: float
    deals: int
    ended: int
    notes: tuple[str, ...]


def rep_skill(frame: DealFrame, process: Process, win: WinProbability) -> RepSkill | NotEnoughData:
    """Split what every rep won into mix, skill and luck. `win` gives the probabilities of deals at their start.

    These come from a model of other deals that does not know the rep. As strong reps may sit on certain kinds of deals,
    the kinds are looked at once more together with the reps, so that neither is credited with the other's doing.
    """
    known = snapshot(frame, process, Moment(None), win.left_out)
    counted, notes = _counted(frame, known, win.expected)
    deals = known.select(counted)
    owners, rep = np.unique(frame.owner.codes[deals.rows], return_inverse=True)
    won = frame.won[deals.rows]
    refused = _too_little(len(owners), won)
    if refused:
        return refused
    team_codes = frame.team.codes[deals.rows][np.searchsorted(rep, np.arange(len(owners)))]
    teams, team = np.unique(team_codes, return_inverse=True)
    z, block = _columns(deals)
    offset = logit(np.clip(win.expected[deals.rows], 1e-4, 1 - 1e-4))
    pooled = pool(Pool(z, block, offset, won.astype(float), rep.astype(np.int32), team.astype(np.int32)))
    team_names = [frame.team.levels[code] if code >= 0 else None for code in teams]
    names = [frame.owner.levels[code] for code in owners]
    by_team = [n for n, name in enumerate(team_names) if name is not None] if len(teams) > 1 else []
    reps = _skills(names, [team_names[t] for t in team], pooled, pooled.reps, rep, won, pooled.own)
    of_teams = _skills([str(name) for name in team_names], team_names, pooled, pooled.teams, team[rep], won, None)
    return RepSkill(
        reps=tuple(sorted(reps, key=lambda each: each.name)),
        teams=tuple(sorted((of_teams[n] for n in by_team), key=lambda each: each.name)),
        shares=shares(pooled, rep),
        chance=pooled.chance,
        deals=len(deals),
        ended=int(np.sum(~frame.open)),
        notes=tuple(notes),
    )


def _counted(frame: DealFrame, known: Snapshot, expected: Floats) -> tuple[Places, list[str]]:
    """Which deals of the snapshot count, and what is to be said of the others."""
    ended = ~frame.open[known.rows] & ~np.isnan(frame.closed[known.rows])
    age = settled_age(frame, known)
    old = frame.end - known.at >= age
    owned = frame.owner.codes[known.rows] >= 0
    predicted = ~np.isnan(expected[known.rows])
    counted = np.flatnonzero(ended & old & owned & predicted)
    young, nobody = int(np.sum(ended & ~old)), int(np.sum(ended & old & ~owned))
    undated = int(np.sum(~frame.open)) - int(ended.sum())
    notes = []
    if young:
        notes.append(
            f"{young:,} deals that began in the last {age:.0f} days are left out: of such young deals losses are known "
            "sooner than wins"
        )
    if nobody:
        notes.append(f"{nobody:,} deals have no owner on record and are left out")
    if undated:
        notes.append(f"{undated:,} ended deals without dates are left out")
    return counted, notes


def _too_little(reps: int, won: Flags) -> NotEnoughData | None:
    wins = int(np.sum(won))
    if reps < 2:
        return NotEnoughData(f"{reps} reps with ended deals", "at least 2 reps: skill is measured against the others")
    if min(wins, len(won) - wins) < FEWEST_TO_JUDGE:
        return NotEnoughData(
            f"only {wins} won and {len(won) - wins} other deals that are old enough to count",
            f"at least {FEWEST_TO_JUDGE} of each",
        )
    return None


def _columns(deals: Snapshot) -> tuple[Floats, Ints]:
    """What the expectation is corrected by: the deal's facts, and the time, as win rates drift."""
    columns = encoding(deals)
    spread = float(np.std(deals.at))
    time = (deals.at - deals.at.mean()) / (spread if spread > 0 else 1.0)
    block = columns.block
    last = int(block.max()) + 1
    return np.column_stack([columns.matrix(deals), time, time**2 - 1]), np.append(block, [last, last]).astype(np.int32)


def _skills(
    names: Sequence[str],
    teams: Sequence[str | None],
    pooled: Pooled,
    posterior: Posterior,
    group: Places,
    won: Flags,
    own: tuple[Floats, Floats] | None,
) -> list[Skill]:
    """The rows of reps or teams; `group` numbers them per deal, `own` is what their own deals say without pooling."""
    deals = np.bincount(group, minlength=len(names))
    average = expit(pooled.score)

    def points(logits: Floats) -> Floats:
        return np.bincount(group, expit(pooled.score + logits[group]) - average, len(names)) / deals

    expected = np.asarray(np.bincount(group, average, len(names)), dtype=np.float64)
    low, high = posterior.quantile(0.025), posterior.quantile(0.975)
    skill, low, high = points(posterior.mean), points(low), points(high)
    named = np.full(len(deals), pooled.chance <= EQUALS)
    if own is not None:
        apart = _standing_out(own, expected, deals) & ~((low > 0) | (high < 0))
        for figure, logits in ((skill, own[0]), (low, own[0] - _Z * own[1]), (high, own[0] + _Z * own[1])):
            figure[apart] = points(logits)[apart]
        named |= apart
    middle = float(deals @ skill) / len(group)  # what the deals bring belongs to all
    skill, low, high, expected = skill - middle, low - middle, high - middle, expected + deals * middle
    wins = np.bincount(group, won, len(names))
    return [
        Skill(
            name,
            team,
            int(n),
            int(w),
            float(e),
            float(s),
            float(lo),
            float(hi),
            _verdict(float(lo), float(hi), bool(is_named)),
        )
        for name, team, n, w, e, s, lo, hi, is_named in zip(
            names, teams, deals, wins, expected, skill, low, high, named, strict=True
        )
    ]


def _standing_out(own: tuple[Floats, Floats], expected: Floats, deals: Places) -> Flags:
    """Reps whose own deals set them so far apart that leaning on the others would deny it.

    One outlier among many equals makes the spread between people look small and would be shrunk to nothing; its own
    estimate is then not to be moved that far (limited translation: Efron & Morris 1972).
    """
    enough = np.flatnonzero((expected >= FEWEST_EXPECTED) & (deals - expected >= FEWEST_EXPECTED))
    p_values = 2 * ndtr(-np.abs(own[0][enough]) / own[1][enough])
    found = np.zeros(len(deals), dtype=np.bool_)
    found[enough] = np.array(false_discovery_q_values(list(p_values))) <= FALSE_ALARMS
    return found


def _verdict(low: float, high: float, named: bool) -> SkillVerdict:
    if named and low > 0:
        return SkillVerdict.ABOVE
    if named and high < 0:
        return SkillVerdict.BELOW
    return SkillVerdict.AS_EXPECTED if low >= -MATTERS and high <= MATTERS else SkillVerdict.CANT_TELL
