"""What became of the leads: of every source, campaign, piece of content or month, with intervals and young leads apart.

Counts say what has come so far. Shares by a horizon count young leads as not known yet: becoming revenue and dying are
ends that compete (Aalen & Johansen 1978), and a lead of last week is censored, not a failure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from afteraction.analysis.agreement import Agreement
from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.calibration import Measured
from afteraction.analysis.intervals import Rate
from afteraction.analysis.lead_frame import SOURCE, LeadFrame
from afteraction.errors import NotEnoughData

HORIZONS: Final = (30.0, 90.0, 180.0, 365.0)
"""Days after a lead came in at which is told what had become of it."""
What = Literal["accepted", "returned", "deal", "won"]


@dataclass(frozen=True)
class ByHorizon:
    """Of leads so many `days` old: the share that was won, had become a deal, or was dead, with 95 % intervals.

    `at_risk` leads of the group were watched for as long with nothing final having come before.
    """

    days: float
    at_risk: int
    deal: Measured
    won: Measured
    dead: Measured


@dataclass(frozen=True)
class TimeTo:
    """The median days until something happens to a lead, among those to whom it happens within `horizon` days.

    Each of the `n` stands for those that are too young for it to have shown yet; with the 95 % interval.
    """

    what: What
    n: int
    median: float
    low: float
    high: float
    horizon: float


@dataclass(frozen=True)
class Reason:
    """A reason for which leads were returned, and its share of the returned ones whose reason is on record."""

    reason: str
    share: Rate


@dataclass(frozen=True)
class Revenue:
    """What was won in one currency: the `total`, and per lead (those of the group, won or not) with its interval."""

    currency: str
    won: int
    total: float
    per_lead: Measured


@dataclass(frozen=True)
class Group:
    """What became of a group of leads so far; `group` is None for all of them, empty where the fact is unknown.

    `deals` and `won` are shares of the leads, `accepted` and `returned` of those with any change on record; `young` are
    leads that are neither won nor dead and not yet as old as the longest of `horizons` that is told. `effort` is sales'
    contacts per lead, `effort_per_won` per lead that was won (None without any).
    """

    group: str | None
    leads: int
    young: int
    accepted: Rate | None
    returned: Rate | None
    reasons: tuple[Reason, ...]
    deals: Rate
    won: Rate
    revenue: tuple[Revenue, ...]
    horizons: tuple[ByHorizon, ...]
    times: tuple[TimeTo, ...]
    effort: Measured
    effort_per_won: float | None


@dataclass(frozen=True)
class Compared:
    """A group beside all leads in the share won (or turned into a deal) by a horizon, leaning on all as far as thin.

    `own` is what its `n` leads of that age alone say, None without any; `share` and `difference` (from all leads, -1 to
    1) are partially pooled. `verdict` is above or below where the interval leaves out 0, else cant_tell.
    """

    group: str
    n: int
    own: Rate | None
    share: Measured
    difference: Measured
    verdict: Literal["above", "below", "cant_tell"]


@dataclass(frozen=True)
class Comparison:
    """All groups of a fact compared on leads that are at least `horizon` days old; `spread` is how far groups differ
    (the deviation of their logits), `all_equal_p` how often chance alone would make equal ones differ as much."""

    of: Literal["won", "deal"]
    horizon: float
    leads: int
    overall: Rate
    groups: tuple[Compared, ...]
    spread: float
    all_equal_p: float


@dataclass(frozen=True)
class Became:
    """What became of the leads by one fact: all together, each group (largest first), and the groups compared.

    Groups beyond the largest `GROUPS` are one, called OTHERS.
    """

    by: str
    overall: Group
    groups: tuple[Group, ...]
    compared: Comparison | NotEnoughData


@dataclass(frozen=True)
class Month:
    """The leads that came in a month. `won` and `deal` are shares by the `age` that all months have reached, so that
    months are compared at the same age; `young` where the month has not reached the horizon yet."""

    month: str
    leads: int
    deal: Measured
    won: Measured
    young: bool


@dataclass(frozen=True)
class Months:
    """Month by month at the same `age` in days; `horizon` is the age at which most that comes has come."""

    age: float
    horizon: float
    months: tuple[Month, ...]


@dataclass(frozen=True)
class View:
    """Leads on which the two sides agree or not: how many, how many were worked, and what became of them."""

    marketing_passed: bool
    sales_accepted: bool
    leads: int
    worked: Rate | None
    won: Measured | None
    horizon: float


@dataclass(frozen=True)
class TwoViews:
    """The two sides' view of quality side by side: what passed marketing's agreement or score, and what sales accepted.

    `views` are the four ways of agreeing and disagreeing, with what became revenue by the horizon; `kept_by_sales` is
    the share of passed leads that sales accepted, `agreement` is Krippendorff's alpha over the `leads` judged by both.
    `telling` is how far each side's word tells leads that become revenue from others (area under the curve).
    """

    leads: int
    views: tuple[View, ...]
    kept_by_sales: Rate | None
    agreement: Agreement | NotEnoughData
    marketing_tells: Measured | None
    sales_tells: Measured | None


def what_became(frame: LeadFrame, by: str = SOURCE, horizons: Sequence[float] = HORIZONS) -> Became | NotEnoughData:
    """What became of the leads by a fact of `frame.facts`. Raises KeyError for a fact that the frame does not have."""
    raise NotImplementedError


def months(frame: LeadFrame) -> Months | NotEnoughData:
    """The months in which leads came in, compared at the same age."""
    raise NotImplementedError


def two_views(frame: LeadFrame, passed: Flags, rng: np.random.Generator) -> TwoViews | NotEnoughData:
    """Marketing's view (`passed`, one flag per lead of the frame: as the agreement or the points say) beside sales'."""
    raise NotImplementedError
