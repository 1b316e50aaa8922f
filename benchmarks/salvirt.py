"""Win probability on real deals, beside a published result: `python -m benchmarks.salvirt --data FOLDER`."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.arrays import Floats, Places
from afteraction.analysis.calibration import Accuracy, Measured, accuracy
from benchmarks.page import README, write_section
from benchmarks.salvirt_data import RatedDeals, predicted, rated_deals

BEGIN: Final = "<!-- salvirt: written by the command -->"
END: Final = "<!-- salvirt: end -->"
FOLDS: Final = 10
OURS, WITH_SELLER = "Afteraction", "Afteraction, told the seller"
REGRESSION, FOREST = "logistic regression", "random forest"
TREES: Final = 300
_SECTION: Final = """## Win probability on real deals

    ./run python -m benchmarks.salvirt --data FOLDER

`FOLDER` holds `Salvirt_B2B_ML_dataset.csv` (CC BY 4.0, not part of this project): real opportunities of a company, each
rated by its seller in 22 columns (Bohanec, Kljajić Borštnar & Robnik-Šikonja 2017, *Expert Systems with Applications*
71, 416-428). The product imports the file and learns with the model that it uses everywhere, which is not told who
sells.

Of 448 rows 83 are exact copies of others, and 19 of the 346 different deals were both won and lost. Rows that are alike
in everything but the outcome are kept in one fold, else a deal is learned from and then tested on. In training an exact
copy counts once. `once`: so too in testing; `rows`: the same predictions, every row counted; `leaking`: rows split
without looking, as is usual. Intervals are those of the deals that there are, alike ones together; `slope` is that of
calibration, 1 being right, and `right` how many deals are called correctly at one half.
"""

_HEADINGS: Final = (
    "model",
    "AUC, once",
    "Brier, once",
    "slope, once",
    "right, once",
    "AUC, rows",
    "Brier, rows",
    "AUC, leaking",
    "right, leaking",
)
Predict = Callable[[Floats, Places, Places], Floats]
"""From weights of all deals, and the places of those to learn from and to test on, to probabilities of the latter."""


@dataclass(frozen=True)
class Score:
    """How good a model is: means over repetitions, and the share of ended deals called right at one half."""

    auc: Measured
    brier: Measured
    slope: float
    right: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with Salvirt_B2B_ML_dataset.csv")
    parser.add_argument("--repeats", type=int, default=20, help="of the cross-validation, split anew each time")
    parser.add_argument("--page", type=Path, default=README, help="the page to write the table into")
    chosen = parser.parse_args()
    deals = rated_deals(chosen.data)
    each_alone, every_row = np.arange(len(deals)), np.ones(len(deals))
    scores: dict[str, dict[str, Score]] = {"once": {}, "rows": {}, "leaking": {}}
    for name, predict in models(deals).items():
        grouped = cross_validated(deals, predict, deals.group, deals.once, chosen.repeats)
        scores["once"][name], scores["rows"][name] = (score(deals, grouped, w) for w in (deals.once, every_row))
        leaking = cross_validated(deals, predict, each_alone, every_row, chosen.repeats)
        scores["leaking"][name] = score(deals, leaking, every_row)
    write_section(BEGIN, END, "\n".join(_table(scores, chosen.repeats)), section=_SECTION, page=chosen.page)


def models(deals: RatedDeals) -> Mapping[str, Predict]:
    """Ours, and what anyone would try first, with the settings that scikit-learn comes with."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    columns = deals.one_hot()

    def scikit_learn(
        make: Callable[[], RandomForestClassifier | LogisticRegression],
        weight: Floats,
        others: Places,
        these: Places,
    ) -> Floats:
        model = make().fit(columns[others], deals.won[others], sample_weight=weight[others])
        return np.asarray(model.predict_proba(columns[these])[:, 1])

    return {
        OURS: ours(deals, seller=False),
        WITH_SELLER: ours(deals, seller=True),
        REGRESSION: partial(scikit_learn, partial(LogisticRegression, max_iter=1_000)),
        FOREST: partial(scikit_learn, partial(RandomForestClassifier, TREES, random_state=1)),
    }


def ours(deals: RatedDeals, seller: bool) -> Predict:
    """The product's model."""
    return partial(predicted, deals, deals.known(seller))


def cross_validated(deals: RatedDeals, predict: Predict, group: Places, weight: Floats, repeats: int) -> Floats:
    """Probabilities (repeats × n), each by a model that saw no deal of the same group. Equal splits for every model."""
    rng = np.random.default_rng(2017)
    found = np.empty((repeats, len(deals)))
    with threadpool_limits(1):  # its many small matrices lose more by threads than they gain
        for row in found:
            fold = (rng.permutation(int(group.max()) + 1) % FOLDS)[group]
            for number in range(FOLDS):
                these = np.flatnonzero(fold == number)
                row[these] = predict(weight, np.flatnonzero(fold != number), these)
    return found


def score(deals: RatedDeals, probabilities: Floats, weight: Floats) -> Score:
    """Means over the repetitions; intervals too, as repeating brings no further deals. Alike deals are one cluster."""
    found = [accuracy(each, deals.won, weight, deals.group) for each in probabilities]
    right = [np.average((each > 0.5) == deals.won, weights=weight) for each in probabilities]
    return Score(
        _mean(found, "auc"),
        _mean(found, "brier"),
        float(np.mean([f.slope.value for f in found])),
        float(np.mean(right)),
    )


def _mean(found: list[Accuracy], figure: str) -> Measured:
    figures = [getattr(each, figure) for each in found]
    return Measured(*(float(np.mean([getattr(f, name) for f in figures])) for name in ("value", "low", "high")))


def _table(scores: Mapping[str, Mapping[str, Score]], repeats: int) -> list[str]:
    lines = [
        f"{FOLDS}-fold cross-validation, {repeats} times. scikit-learn {version('scikit-learn')}.",
        "",
        f"| {' | '.join(_HEADINGS)} |",
        "|---" * len(_HEADINGS) + "|",
    ]
    for name, once in scores["once"].items():
        rows, leaking = scores["rows"][name], scores["leaking"][name]
        lines.append(
            f"| {name} | {_said(once.auc)} | {_said(once.brier)} | {once.slope:.2f} | {once.right:.1%} "
            f"| {_said(rows.auc)} | {_said(rows.brier)} | {leaking.auc.value:.3f} | {leaking.right:.1%} |"
        )
    lines.append("| random forest, as published (second-hand) | – | – | – | – | – | – | 0.85 | 78.2% |")
    return lines


def _said(figure: Measured) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


if __name__ == "__main__":
    main()
