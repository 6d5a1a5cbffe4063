"""The body of a small BERT in plain numpy: embeddings, layers, attention. What is read with it is for others to say.

Weights are int8 with a scale for each row, widened to float32 when they are loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.judges.vectors import Array

WIDTH, HEADS = 384, 12
_HEAD = WIDTH // HEADS
HIDDEN = np.float32(-1e4)
"""What is added to an attention that must not be."""

Weights = Mapping[str, NDArray[Any]]


class Layer(NamedTuple):
    """The weights of one layer, each matrix laid out for `x @ w + b`."""

    qkv: tuple[Array, Array]
    out: tuple[Array, Array]
    norm1: tuple[Array, Array]
    up: tuple[Array, Array]
    down: tuple[Array, Array]
    norm2: tuple[Array, Array]

    def heads(self, x: Array) -> Array:
        """Queries, keys and values (3, batch, heads, length, 32) of `x` (batch, length, 384)."""
        batch, length, _ = x.shape
        return (x @ self.qkv[0] + self.qkv[1]).reshape(batch, length, 3, HEADS, _HEAD).transpose(2, 0, 3, 1, 4)

    def attended(self, x: Array, seen: Array) -> Array:
        """The rest of the layer after attention: `seen` is what was attended to."""
        x = norm(x + seen @ self.out[0] + self.out[1], self.norm1)
        return norm(x + gelu(x @ self.up[0] + self.up[1]) @ self.down[0] + self.down[1], self.norm2)

    def __call__(self, x: Array, hidden: Array | np.float32) -> Array:
        """The whole layer; `hidden` is added to each attention (batch, heads, length, length)."""
        return self.attended(x, attention(self.heads(x), hidden))


class Body:
    """Embeddings and layers; `prefix` names its layers among the weights, the embeddings of words are everybody's."""

    def __init__(self, weights: Weights, prefix: str, layers: int) -> None:
        self._words, self._word_scales = weights["words"], weights["words.scale"]
        self._positions = weights["positions"].astype(np.float32)
        self._norm = matrix(weights, f"{prefix}norm")
        self.layers = [
            Layer(*(matrix(weights, f"{prefix}layers.{n}.{part}") for part in Layer._fields)) for n in range(layers)
        ]

    def embedded(self, ids: NDArray[np.intp], places: NDArray[np.intp]) -> Array:
        """What the lowest layer is given (…, 384), for token ids and their places in their text."""
        words = self._words[ids].astype(np.float32) * self._word_scales[ids][..., None]
        return norm(words + self._positions[places], self._norm)


def matrix(weights: Weights, name: str) -> tuple[Array, Array]:
    """A weight and its bias, by the name that they share."""
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"].astype(np.float32)
    if f"{name}.weight.scale" not in weights:
        return weight.astype(np.float32), bias
    whole = weight.astype(np.float32) * weights[f"{name}.weight.scale"].astype(np.float32)[:, None]
    return np.ascontiguousarray(whole.T), bias


def norm(x: Array, weights: tuple[Array, Array]) -> Array:
    """Layer normalisation over the last axis."""
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-12)
    return np.asarray(centred / spread * weights[0] + weights[1])


def gelu(x: Array) -> Array:
    """The Gaussian error linear unit, in its tanh form (Hendrycks & Gimpel 2016)."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return np.asarray(inner)


def attention(heads: Array | tuple[Array, Array, Array], hidden: Array | np.float32) -> Array:
    """What queries see of keys and values, heads joined again: (batch, length, 384)."""
    queries, keys, values = heads
    likeness = queries @ keys.transpose(0, 1, 3, 2) * np.float32(_HEAD**-0.5) + hidden
    likeness -= likeness.max(-1, keepdims=True)
    np.exp(likeness, out=likeness)
    likeness /= likeness.sum(-1, keepdims=True)
    joined = (likeness @ values).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(joined).reshape(joined.shape[0], joined.shape[1], WIDTH)
