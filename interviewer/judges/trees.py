"""A forest of decision trees as plain arrays: probabilities of the four verdicts from features. No pickle, only JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from interviewer.judgement import Verdict
from interviewer.judges.vectors import Array

VERDICTS = (Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED)
"""The order of the probabilities."""


class Trees:
    """Gradient-boosted trees. All trees are walked at once; a leaf leads to itself."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.feature = np.array(data["feature"], np.intp)
        self.threshold = np.array(data["threshold"], np.float32)
        # Left and right child of each node side by side, so that a comparison picks one.
        self.child = np.array([data["right"], data["left"]], np.intp).T.ravel()
        self.value = np.array(data["value"], np.float32)
        self.roots = np.array(data["roots"], np.intp)
        self.depth = int(data["depth"])
        self.temperature = float(data["temperature"])

    def scores(self, rows: Array) -> Array:
        """(rows, 4) log-odds before normalising; tree number t speaks for verdict t mod 4."""
        node = np.tile(self.roots, (len(rows), 1))
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[row, self.feature[node]] <= self.threshold[node]
            node = self.child[2 * node + goes_left]
        return np.asarray(self.value[node].reshape(len(rows), -1, len(VERDICTS)).sum(1) / self.temperature)

    def probabilities(self, rows: Array) -> Array:
        """(rows, 4) probabilities in the order of `VERDICTS`."""
        return softmax(self.scores(rows))


def softmax(scores: Array) -> Array:
    """Probabilities from log-odds, row by row."""
    risen = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(risen / risen.sum(axis=1, keepdims=True))


def log_softmax(scores: Array) -> Array:
    """Log-probabilities from log-odds, row by row."""
    lowered = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(lowered - np.log(np.exp(lowered).sum(axis=1, keepdims=True)))
