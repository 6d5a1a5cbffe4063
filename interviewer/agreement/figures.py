"""The figures of agreement, from scikit-learn, krippendorff and scipy; NaN where one is not defined."""

from __future__ import annotations

import warnings

import krippendorff
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn import metrics

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
NAMES = {
    "accuracy": "accuracy",
    "f1": "F1 (covered)",
    "macro_f1": "F1 (mean of verdicts)",
    "kappa": "Cohen's κ",
    "alpha": "Krippendorff's α",
    "pearson": "Pearson's r",
    "spearman": "Spearman's ρ",
    "weighted_kappa": "quadratic-weighted κ",
    "mean_error": "mean absolute error",
}
"""How a person calls each figure."""


def verdict_figures(human: Ints, judge: Ints, classes: int) -> dict[str, float]:
    """Accuracy, F1 of the last class, mean F1 of all, Cohen's κ, Krippendorff's α (nominal), of classes numbered from 0."""
    if not len(human):
        return dict.fromkeys(("accuracy", "f1", "macro_f1", "kappa", "alpha"), np.nan)
    one = human.min() == human.max() == judge.min() == judge.max()
    f1 = metrics.f1_score(human, judge, labels=range(classes), average=None, zero_division=0.0)
    return {
        "accuracy": float(np.mean(human == judge)),
        "f1": float(f1[-1]),
        "macro_f1": float(np.mean(f1)),
        "kappa": np.nan if one else float(metrics.cohen_kappa_score(human, judge)),
        "alpha": np.nan if one else float(krippendorff.alpha([human, judge], level_of_measurement="nominal")),
    }


def score_figures(human: Floats, judge: Floats, levels: int) -> dict[str, float]:
    """Pearson's r, Spearman's ρ, quadratic-weighted κ over `levels` equal steps of 0–100, mean absolute error."""
    if len(human) < 2:
        return dict.fromkeys(("pearson", "spearman", "weighted_kappa", "mean_error"), np.nan)
    flat = np.ptp(human) == 0 or np.ptp(judge) == 0
    steps = [np.rint(scores * levels / 100).astype(int) for scores in (human, judge)]
    same = np.ptp(np.concatenate(steps)) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.NearConstantInputWarning)  # it says so itself: r is as given
        return {
            "pearson": np.nan if flat else float(stats.pearsonr(human, judge).statistic),
            "spearman": np.nan if flat else float(stats.spearmanr(human, judge).statistic),
            "weighted_kappa": np.nan if same else float(
                metrics.cohen_kappa_score(*steps, weights="quadratic", labels=range(levels + 1))
            ),
            "mean_error": float(metrics.mean_absolute_error(human, judge)),
        }  # fmt: skip
