"""The encoder: a small BERT that reads an answer once and lets every point look into it.

Six layers of 384 numbers, from all-MiniLM-L6-v2 (Apache-2.0), fine-tuned by `training/fit_encoder.py`. The answer sees
itself alone, so it is read once for all points; a point sees itself and the answer, never another point.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from interviewer.judges.transformer import HIDDEN, Body, Layer, Weights, attention, gelu, matrix
from interviewer.judges.vectors import Array
from interviewer.judges.wordpiece import CLS, SEP, WordPieces
from interviewer.rubric import Point, Rubric

ENCODER_FILE = Path(__file__).parent.parent / "_data" / "local_encoder.npz"
LAYERS = 6
LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_POINT = 320, 64, 96
_REMEMBERED = 512


class Points(NamedTuple):
    """The points of a rubric one after the other as the lowest layer is given them, (1, tokens, 384).

    `start` is the first token of each point, `hidden` (tokens, tokens) what of the others a token must not see.
    """

    x: Array
    start: NDArray[np.intp]
    hidden: Array


class Encoder:
    """Log-odds of the four verdicts for every point of a rubric."""

    def __init__(self, weights: Weights, pieces: WordPieces) -> None:
        self.pieces = pieces
        self._body = Body(weights, "", LAYERS)
        self._hidden, self._verdict = matrix(weights, "hidden"), matrix(weights, "verdict")
        self._points: dict[str, Points] = {}

    def scores(self, rubric: Rubric, text: str) -> Array:
        """(points, 4) log-odds, in the order of `trees.VERDICTS`."""
        points = self._of(rubric)
        asked = self.pieces(rubric.question)[:LONGEST_QUESTION]
        ids = [*[CLS, *asked, SEP, *self.pieces(text)][: LONGEST_ANSWER - 1], SEP]
        answer, x = self._body.embedded(np.array([ids]), np.arange(len(ids))), points.x
        hidden = np.hstack([np.zeros((x.shape[1], len(ids)), np.float32), points.hidden])
        for layer in self._body.layers:
            answer, x = _together(layer, answer, x, hidden)
        count = np.diff(points.start, append=x.shape[1])[:, None].astype(np.float32)
        read = np.add.reduceat(x[0], points.start, axis=0) / count
        said = np.broadcast_to(answer[0].mean(0), read.shape)
        joined = np.concatenate([read, said, read * said], axis=1)
        return np.asarray(gelu(joined @ self._hidden[0] + self._hidden[1]) @ self._verdict[0] + self._verdict[1])

    def _of(self, rubric: Rubric) -> Points:
        if rubric.hash not in self._points:
            if len(self._points) >= _REMEMBERED:
                self._points.clear()
            texts = [[CLS, *self.pieces(point_text(p))[: LONGEST_POINT - 2], SEP] for p in rubric.points]
            lengths = np.array([len(text) for text in texts])
            owner = np.repeat(np.arange(len(texts)), lengths)
            places = np.concatenate([np.arange(length) for length in lengths])
            x = self._body.embedded(np.concatenate(texts)[None], places[None])
            hidden = np.where(owner[:, None] == owner, np.float32(0), HIDDEN)
            self._points[rubric.hash] = Points(x, np.cumsum(lengths) - lengths, hidden)
        return self._points[rubric.hash]


def _together(layer: Layer, answer: Array, x: Array, hidden: Array) -> tuple[Array, Array]:
    """One layer: the answer sees itself, each point itself and the answer."""
    said, own = layer.heads(answer), layer.heads(x)
    keys, values = (np.concatenate([said[part], own[part]], axis=2) for part in (1, 2))
    seen = attention((own[0], keys, values), hidden)
    return layer.attended(answer, attention(said, np.float32(0))), layer.attended(x, seen)


def point_text(point: Point) -> str:
    """A point as the encoder reads it."""
    if not point.items:
        return point.statement
    return f"{point.statement} At least {point.need} of: {'; '.join(item.text for item in point.items)}."


@lru_cache(maxsize=1)
def shipped_weights() -> tuple[Weights, WordPieces]:
    """The weights of the package and the pieces that they know words by, read on first use.

    From then on numpy's products are made in one thread. In several, their sums differ in the last digits with the number
    of cores, and so would grades. The products are small: nothing is gained by sharing them out, and on a busy machine
    the threads wait for each other.
    """
    threadpool_limits(1, user_api="blas")
    with np.load(ENCODER_FILE) as data:
        weights = dict(data.items())
    return weights, WordPieces(str(weights.pop("vocabulary")).split("\n"))
