"""Intervals by resampling whole answers: the verdicts on one answer hang together, so they stay together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

LEVEL = 0.95
Statistics = Callable[[NDArray[np.intp]], Mapping[str, float]]


class Figure(BaseModel):
    """A value and its interval (95 %, percentiles of the bootstrap). None where it is not defined, as κ of one class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    low: float | None = None
    high: float | None = None

    def __format__(self, spec: str) -> str:
        """`f"{figure:.2f}"` is '0.53 [0.47, 0.58]'."""
        if self.value is None:
            return "–"
        shown = format(self.value, spec)
        if self.low is None or self.high is None:
            return shown
        return f"{shown} [{format(self.low, spec)}, {format(self.high, spec)}]"


@dataclass(frozen=True)
class Resampling:
    """The percentile bootstrap over clusters (Efron and Tibshirani 1993, chapter 13)."""

    times: int = 1000
    seed: int = 0

    def of(self, statistics: Statistics, clusters: NDArray[Any]) -> dict[str, Figure]:
        """The statistics of all rows, each with its interval; the same seed gives the same intervals.

        `clusters` says for each row which cluster it belongs to; `statistics` maps numbers of rows (repeated where a
        cluster was drawn more than once) to named values, NaN where one is not defined.
        """
        rng = np.random.default_rng(self.seed)
        rows = np.arange(len(clusters))
        whole = statistics(rows)
        _, member = np.unique(clusters, return_inverse=True)
        number = int(member.max()) + 1 if len(member) else 0
        drawn: dict[str, list[float]] = {name: [] for name in whole}
        for _ in range(self.times if number > 1 else 0):
            counts = np.bincount(rng.integers(number, size=number), minlength=number)
            for name, value in statistics(np.repeat(rows, counts[member])).items():
                drawn[name].append(value)
        return {name: _figure(value, drawn[name]) for name, value in whole.items()}


def _figure(value: float, drawn: list[float]) -> Figure:
    if np.isnan(value):
        return Figure(value=None)
    defined = [each for each in drawn if not np.isnan(each)]
    if len(defined) < 2:
        return Figure(value=float(value))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(value=float(value), low=float(low), high=float(high))
