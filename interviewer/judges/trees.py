"""A forest of decision trees as plain arrays: probabilities of the four verdicts from features. No pickle, only JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from interviewer.judgement import Verdict
from interviewer.judges.vectors import Array

VERDICTS = (Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED)
"""The order of the probabilities."""

AT_ONCE = 256  # rows; what is known of their questions then fits a core's cache


class Trees:
    """Gradient-boosted trees. All trees are walked at once; a leaf leads to itself.

    Every question that any tree asks is answered beforehand, feature by feature; a walk then only looks answers up.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        feature, threshold = np.array(data["feature"], np.intp), np.array(data["threshold"], np.float32)
        children = np.array([data["right"], data["left"]], np.intp).T
        is_leaf = children[:, 0] == np.arange(len(children))
        # Nodes are numbered anew: those that ask of the same feature side by side, then the leaves, which ask nothing.
        order = np.lexsort([feature, is_leaf])
        place = np.empty(len(order), np.intp)
        place[order] = np.arange(len(order))
        asking = order[: int((~is_leaf).sum())]
        self._asked = [(int(f), threshold[asking[feature[asking] == f], None]) for f in np.unique(feature[asking])]
        # Right and left child of each node side by side, so that an answer picks one.
        self._child = place[children[order]].astype(np.int32).ravel()
        self._value = np.array(data["value"], np.float32)[order]
        self._roots = place[np.array(data["roots"], np.intp)].astype(np.int32)
        self._depth = int(data["depth"])
        self.temperature = float(data["temperature"])

    def scores(self, rows: Array) -> Array:
        """(rows, 4) log-odds before normalising; tree number t speaks for verdict t mod 4."""
        return np.concatenate([self._walked(rows[i : i + AT_ONCE]) for i in range(0, max(len(rows), 1), AT_ONCE)])

    def _walked(self, rows: Array) -> Array:
        count = len(rows)
        columns = np.ascontiguousarray(rows.T)
        left = np.concatenate([columns[feature] <= threshold for feature, threshold in self._asked]).ravel()
        row = np.arange(count, dtype=np.int32)
        node = np.repeat(self._roots[:, None], count, axis=1)
        for _ in range(self._depth):
            # What is clipped are leaves: whatever is answered there leads to themselves.
            node = self._child.take(2 * node + left.take(node * count + row, mode="clip"), mode="clip")
        values = self._value[node].reshape(-1, len(VERDICTS), count)
        return np.asarray(values.sum(0).T / self.temperature)

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
