"""Agreement of two readings: accuracy, macro-F1 and κ, with 95 % intervals by resampling whole answers' groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]


class Agreement(NamedTuple):
    """How often two readings agree, and how much more than by chance."""

    n: int
    accuracy: float
    macro_f1: float
    kappa: float
    accuracy_interval: Interval
    kappa_interval: Interval

    @property
    def line(self) -> str:
        low, high = self.kappa_interval
        return f"n {self.n:5}  accuracy {self.accuracy:.3f}  F1 {self.macro_f1:.3f}  κ {self.kappa:.3f} ({low:.3f}–{high:.3f})"


def agreement(
    truth: Sequence[str], said: Sequence[str], groups: Sequence[str] | None = None, rounds: int = 500
) -> Agreement:
    """Agreement of `said` with `truth`. Rows of one group (one question, say) are resampled together.

    κ is Cohen's (1960), unweighted; macro-F1 is over the verdicts that occur in `truth`.
    """
    names = sorted({*truth, *said})
    code = {name: i for i, name in enumerate(names)}
    # One confusion matrix per group: a resample is then a sum of matrices.
    keys = sorted(set(groups)) if groups is not None else [str(i) for i in range(len(truth))]
    place = {key: i for i, key in enumerate(keys)}
    tables = np.zeros((len(keys), len(names), len(names)))
    for i, (a, b) in enumerate(zip(truth, said, strict=True)):
        tables[place[groups[i]] if groups is not None else i, code[a], code[b]] += 1
    chance = np.random.default_rng(0)
    resampled = [tables[chance.integers(0, len(keys), len(keys))].sum(axis=0) for _ in range(rounds)]
    whole = tables.sum(axis=0)
    return Agreement(
        n=len(truth),
        accuracy=_accuracy(whole),
        macro_f1=_macro_f1(whole),
        kappa=_kappa(whole),
        accuracy_interval=_interval([_accuracy(table) for table in resampled]),
        kappa_interval=_interval([_kappa(table) for table in resampled]),
    )


def _accuracy(table: NDArray[np.float64]) -> float:
    return float(np.trace(table) / table.sum())


def _kappa(table: NDArray[np.float64]) -> float:
    total = table.sum()
    expected = float((table.sum(axis=0) * table.sum(axis=1)).sum() / total**2)
    return (_accuracy(table) - expected) / (1 - expected) if expected < 1 else 1.0


def _macro_f1(table: NDArray[np.float64]) -> float:
    occurring = table.sum(axis=1) > 0
    f1 = 2 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    return float(f1[occurring].mean())


def _interval(values: list[float]) -> Interval:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
