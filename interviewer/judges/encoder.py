"""The encoder: a small BERT that reads an answer once and lets every point look into it.

Six layers of 384 numbers, from all-MiniLM-L6-v2 (Apache-2.0), fine-tuned by `training/fit_encoder.py`. The lower three
read each text alone, so a point is read once for all answers; in the upper three a point sees itself and the answer, never
another point.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.judges.transformer import HIDDEN, Body, Layer, Weights, attention, gelu, matrix
from interviewer.judges.vectors import Array
from interviewer.judges.wordpiece import CLS, SEP, WordPieces
from interviewer.rubric import Point, Rubric

ENCODER_FILE = Path(__file__).parent.parent / "_data" / "local_encoder.npz"
LAYERS, ALONE = 6, 3
LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_POINT = 320, 64, 96
_REMEMBERED = 512


class PointsRead(NamedTuple):
    """The points of a rubric after the lower half: (points, longest, 384), and which places hold a token."""

    x: Array
    there: NDArray[np.bool_]


class Encoder:
    """Log-odds of the four verdicts for every point of a rubric."""

    def __init__(self, weights: Weights, pieces: WordPieces) -> None:
        self.pieces = pieces
        self._body = Body(weights, "", LAYERS)
        self._hidden, self._verdict = matrix(weights, "hidden"), matrix(weights, "verdict")
        self._points: dict[str, PointsRead] = {}

    def scores(self, rubric: Rubric, text: str) -> Array:
        """(points, 4) log-odds, in the order of `trees.VERDICTS`."""
        points = self._read_points(rubric)
        asked = self.pieces(rubric.question)[:LONGEST_QUESTION]
        ids = [*[CLS, *asked, SEP, *self.pieces(text)][: LONGEST_ANSWER - 1], SEP]
        answer = self._alone([ids]).x
        x = points.x
        for layer in self._body.layers[ALONE:]:
            answer, x = _together(layer, answer, x, points.there)
        count = points.there.sum(1, keepdims=True).astype(np.float32)
        read = (x * points.there[:, :, None]).sum(1) / count
        said = np.broadcast_to(answer[0].mean(0), read.shape)
        joined = np.concatenate([read, said, read * said], axis=1)
        return np.asarray(gelu(joined @ self._hidden[0] + self._hidden[1]) @ self._verdict[0] + self._verdict[1])

    def _read_points(self, rubric: Rubric) -> PointsRead:
        if rubric.hash not in self._points:
            if len(self._points) >= _REMEMBERED:
                self._points.clear()
            texts = [self.pieces(point_text(point))[: LONGEST_POINT - 2] for point in rubric.points]
            self._points[rubric.hash] = self._alone([[CLS, *ids, SEP] for ids in texts])
        return self._points[rubric.hash]

    def _alone(self, texts: list[list[int]]) -> PointsRead:
        longest = max(map(len, texts))
        ids = np.array([text + [0] * (longest - len(text)) for text in texts])
        there = ids > 0
        x = self._body.embedded(ids, np.arange(longest))
        hidden = np.where(there, np.float32(0), HIDDEN)[:, None, None, :]
        for layer in self._body.layers[:ALONE]:
            x = layer(x, hidden)
        return PointsRead(x, there)


def _together(layer: Layer, answer: Array, x: Array, there: NDArray[np.bool_]) -> tuple[Array, Array]:
    """One upper layer: the answer sees itself, each point itself and the answer."""
    said, own = layer.heads(answer), layer.heads(x)
    wide = (len(x), *said.shape[2:])
    keys = np.concatenate([np.broadcast_to(said[1], wide), own[1]], axis=2)
    values = np.concatenate([np.broadcast_to(said[2], wide), own[2]], axis=2)
    hidden = np.zeros((len(x), 1, 1, keys.shape[2]), np.float32)
    hidden[:, 0, 0, answer.shape[1] :] = np.where(there, 0, HIDDEN)
    seen = attention((own[0], keys, values), hidden)
    return layer.attended(answer, attention(said, np.float32(0))), layer.attended(x, seen)


def point_text(point: Point) -> str:
    """A point as the encoder reads it."""
    if not point.items:
        return point.statement
    return f"{point.statement} At least {point.need} of: {'; '.join(item.text for item in point.items)}."


@lru_cache(maxsize=1)
def shipped_weights() -> tuple[Weights, WordPieces]:
    """The weights of the package and the pieces that they know words by, read on first use."""
    with np.load(ENCODER_FILE) as data:
        weights = dict(data.items())
    return weights, WordPieces(str(weights.pop("vocabulary")).split("\n"))
