"""Fitting the map from a judge's probabilities to a grader's verdicts. Pure; needs scipy.

Proportional odds (McCullagh 1980): one slope, one threshold for 'covered' and one for 'at least partial', and for each
point a shift that is pulled toward 0, so that a point with few labels stays with the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from interviewer.calibration.kept import ProbabilityMap, log_odds
from interviewer.judgement import CREDIT, Verdict

_PULL_TO_IDENTITY = 0.1  # of the slope to 1 and the thresholds to 0: weak, it decides only where labels say nothing


class Seen(NamedTuple):
    """A judge's probability for a point ('rubric/point') and the grader's verdict."""

    key: str
    probability: float
    human: Verdict


def fit_map(seen: Sequence[Seen], pull: float) -> ProbabilityMap:
    """The map that makes the graders' verdicts likeliest; `pull` is the precision of the points' shifts (log odds⁻²)."""
    keys = sorted({each.key for each in seen})
    x = np.array([log_odds(each.probability) for each in seen])
    place = np.array([keys.index(each.key) for each in seen])
    reached = np.array([[each.human is Verdict.COVERED, CREDIT[each.human] > 0] for each in seen], dtype=float)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, thresholds, shifts = values[0], values[1:3], values[3:]
        odds = (slope * x + shifts[place])[:, None] + thresholds
        # -log likelihood of two yes-or-no answers a verdict: covered? at least partial?
        cost = float(np.sum(np.logaddexp(0, odds) - reached * odds))
        cost += 0.5 * _PULL_TO_IDENTITY * ((slope - 1) ** 2 + float(thresholds @ thresholds))
        cost += 0.5 * pull * float(shifts @ shifts)
        gap = expit(odds) - reached
        steps = np.concatenate([
            [float(np.sum(gap.sum(axis=1) * x)) + _PULL_TO_IDENTITY * (slope - 1)],
            gap.sum(axis=0) + _PULL_TO_IDENTITY * thresholds,
            np.bincount(place, weights=gap.sum(axis=1), minlength=len(keys)) + pull * shifts,
        ])  # fmt: skip
        return cost, steps

    start = np.concatenate([[1.0, 0.0, 0.0], np.zeros(len(keys))])
    slope, covered, partial, *shifts = minimize(loss, start, jac=True, method="L-BFGS-B").x.round(4).tolist()
    return ProbabilityMap(slope=slope, covered=covered, partial=partial, shifts=dict(zip(keys, shifts, strict=True)))
