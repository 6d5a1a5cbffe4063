"""The encoder: a small BERT in plain numpy that reads an answer once and lets every point look into it.

Six layers of 384 numbers, from all-MiniLM-L6-v2 (Apache-2.0), fine-tuned by `training/fit_encoder.py`; weights are int8
with a scale for each row. The lower three layers read each text alone, so a point is read once for all answers; in the
upper three a point sees itself and the answer, never another point.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from interviewer.judges.vectors import Array
from interviewer.judges.wordpiece import CLS, SEP, WordPieces
from interviewer.rubric import Point, Rubric

ENCODER_FILE = Path(__file__).parent.parent / "_data" / "local_encoder.npz"
WIDTH, HEADS, LAYERS, ALONE = 384, 12, 6, 3
LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_POINT = 320, 64, 96
_HEAD = WIDTH // HEADS
_HIDDEN = np.float32(-1e4)


class PointsRead(NamedTuple):
    """The points of a rubric after the lower half: (points, longest, 384), and which places hold a token."""

    x: Array
    there: NDArray[np.bool_]


class Layer(NamedTuple):
    """The weights of one layer, each matrix laid out for `x @ w + b`."""

    qkv: tuple[Array, Array]
    out: tuple[Array, Array]
    norm1: tuple[Array, Array]
    up: tuple[Array, Array]
    down: tuple[Array, Array]
    norm2: tuple[Array, Array]

    def attended(self, x: Array, seen: Array) -> Array:
        """The rest of the layer after attention: `seen` is what was attended to."""
        x = norm(x + seen @ self.out[0] + self.out[1], self.norm1)
        return norm(x + gelu(x @ self.up[0] + self.up[1]) @ self.down[0] + self.down[1], self.norm2)


class Encoder:
    """Log-odds of the four verdicts for every point of a rubric."""

    def __init__(self, path: Path = ENCODER_FILE) -> None:
        with np.load(path) as data:
            self.pieces = WordPieces(str(data["vocabulary"]).split("\n"))
            self._words, self._word_scales = data["words"], data["words.scale"]
            self._positions = data["positions"].astype(np.float32)
            self._norm = data["norm.weight"].astype(np.float32), data["norm.bias"].astype(np.float32)
            self.layers = [
                Layer(*(self._part(data, f"layers.{n}.{part}") for part in Layer._fields)) for n in range(LAYERS)
            ]
            self._hidden, self._verdict = self._part(data, "hidden"), self._part(data, "verdict")
        self._points: dict[str, PointsRead] = {}

    @staticmethod
    def _part(data: np.lib.npyio.NpzFile, name: str) -> tuple[Array, Array]:
        weight, bias = data[f"{name}.weight"], data[f"{name}.bias"].astype(np.float32)
        if f"{name}.weight.scale" in data:
            whole = weight.astype(np.float32) * data[f"{name}.weight.scale"].astype(np.float32)[:, None]
            return np.ascontiguousarray(whole.T), bias
        return weight.astype(np.float32), bias

    def scores(self, rubric: Rubric, text: str) -> Array:
        """(points, 4) log-odds, in the order of `trees.VERDICTS`."""
        points = self._read_points(rubric)
        asked = self.pieces(rubric.question)[:LONGEST_QUESTION]
        ids = [*[CLS, *asked, SEP, *self.pieces(text)][: LONGEST_ANSWER - 1], SEP]
        answer = self._alone([ids]).x
        x = points.x
        for layer in self.layers[ALONE:]:
            answer, x = self._together(layer, answer, x, points.there)
        count = points.there.sum(1, keepdims=True).astype(np.float32)
        read = (x * points.there[:, :, None]).sum(1) / count
        said = np.broadcast_to(answer[0].mean(0), read.shape)
        joined = np.concatenate([read, said, read * said], axis=1)
        return np.asarray(gelu(joined @ self._hidden[0] + self._hidden[1]) @ self._verdict[0] + self._verdict[1])

    def _read_points(self, rubric: Rubric) -> PointsRead:
        if rubric.hash not in self._points:
            if len(self._points) >= 512:
                self._points.clear()
            texts = [self.pieces(point_text(point))[: LONGEST_POINT - 2] for point in rubric.points]
            self._points[rubric.hash] = self._alone([[CLS, *ids, SEP] for ids in texts])
        return self._points[rubric.hash]

    def _alone(self, texts: list[list[int]]) -> PointsRead:
        longest = max(map(len, texts))
        ids = np.array([text + [0] * (longest - len(text)) for text in texts])
        there = ids > 0
        embedded = self._words[ids].astype(np.float32) * self._word_scales[ids][:, :, None]
        x = norm(embedded + self._positions[:longest], self._norm)
        hidden = np.where(there, np.float32(0), _HIDDEN)[:, None, None, :]
        for layer in self.layers[:ALONE]:
            qkv = _heads(x @ layer.qkv[0] + layer.qkv[1])
            x = layer.attended(x, _seen(qkv[0], qkv[1], qkv[2], hidden))
        return PointsRead(x, there)

    @staticmethod
    def _together(layer: Layer, answer: Array, x: Array, there: NDArray[np.bool_]) -> tuple[Array, Array]:
        """One upper layer: the answer sees itself, each point itself and the answer."""
        said, own = _heads(answer @ layer.qkv[0] + layer.qkv[1]), _heads(x @ layer.qkv[0] + layer.qkv[1])
        wide = (len(x), HEADS, answer.shape[1], _HEAD)
        keys = np.concatenate([np.broadcast_to(said[1], wide), own[1]], axis=2)
        values = np.concatenate([np.broadcast_to(said[2], wide), own[2]], axis=2)
        hidden = np.zeros((len(x), 1, 1, keys.shape[2]), np.float32)
        hidden[:, 0, 0, answer.shape[1] :] = np.where(there, 0, _HIDDEN)
        seen = _seen(own[0], keys, values, hidden)
        return layer.attended(answer, _seen(said[0], said[1], said[2], np.float32(0))), layer.attended(x, seen)


def point_text(point: Point) -> str:
    """A point as the encoder reads it."""
    if not point.items:
        return point.statement
    return f"{point.statement} At least {point.need} of: {'; '.join(item.text for item in point.items)}."


def norm(x: Array, weights: tuple[Array, Array]) -> Array:
    """Layer normalisation over the last axis."""
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-12)
    return np.asarray(centred / spread * weights[0] + weights[1])


def gelu(x: Array) -> Array:
    """The Gaussian error linear unit, in its tanh form (Hendrycks & Gimpel 2016)."""
    return np.asarray(0.5 * x * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))))


def _heads(qkv: Array) -> Array:
    """(3, batch, heads, length, 32) from (batch, length, 3 · 384)."""
    batch, length, _ = qkv.shape
    return qkv.reshape(batch, length, 3, HEADS, _HEAD).transpose(2, 0, 3, 1, 4)


def _seen(queries: Array, keys: Array, values: Array, hidden: Array | np.float32) -> Array:
    """Attention, heads joined again: (batch, length, 384)."""
    likeness = queries @ keys.transpose(0, 1, 3, 2) * np.float32(_HEAD**-0.5) + hidden
    likeness -= likeness.max(-1, keepdims=True)
    np.exp(likeness, out=likeness)
    likeness /= likeness.sum(-1, keepdims=True)
    joined = (likeness @ values).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(joined).reshape(joined.shape[0], joined.shape[1], WIDTH)


@lru_cache(maxsize=1)
def shipped_encoder() -> Encoder:
    """The encoder of the package, read on first use. From then on numpy's products are made in one thread.

    In several, their sums differ in the last digits with the number of cores, and so would grades. The products are
    small: nothing is gained by sharing them out, and on a busy machine the threads wait for each other.
    """
    threadpool_limits(1, user_api="blas")
    return Encoder()
