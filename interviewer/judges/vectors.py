"""What a word means, as a vector of 96 numbers, and how much it tells: shipped tables, read once.

Made by `training/fit_vectors.py` from all-MiniLM-L6-v2 (Apache-2.0). A word that is not in the table has no meaning
here, only a spelling: its letters are compared in threes. Meanings and spellings are whole numbers and their lengths
stand beside them: products of whole numbers are exact, so a likeness is the same to the bit in whatever company it is
computed.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

VECTOR_FILE = Path(__file__).parent.parent / "_data" / "local_vectors.npz"
LETTERS = 64
_UNKNOWN_WEIGHT = 1.05
_TINY = np.float32(1e-6)


class Vectors:
    """Meaning and weight of every stem of the table. The last row stands for every other: no meaning, the highest weight."""

    def __init__(self, path: Path = VECTOR_FILE) -> None:
        self._path = path
        with np.load(path) as data:
            self.stems = str(data["stems"]).split(" ")
            weights = data["weights"].astype(np.float32)
            table = data["vectors"].astype(np.float32)
        self.whole = np.vstack([table, np.zeros((1, table.shape[1]), np.float32)])
        """(stems + 1, 96): whole numbers from -127 to 127."""
        self.length = lengths(self.whole)
        self.weight = np.append(weights, np.float32(_UNKNOWN_WEIGHT))
        """(stems + 1,): how telling each is, about 0.3 to 1.05."""
        self.weighted = self.whole / self.length[:, None] * self.weight[:, None]
        """(stems + 1, 96): unit vectors times their weights."""

    def __reduce__(self) -> tuple[type[Vectors], tuple[Path]]:
        """Another process reads the tables itself."""
        return Vectors, (self._path,)


def lengths(rows: Array) -> Array:
    """The length of each row, never 0."""
    return np.asarray(np.maximum(np.linalg.norm(rows, axis=-1), _TINY))


def unit(rows: Array) -> Array:
    """Each row with the length 1; zeros stay zeros."""
    return np.asarray(rows / lengths(rows)[..., None])


@lru_cache(maxsize=16_384)
def spelling(stem: str) -> Array:
    """(64,): how often each of its letters in threes stands in a stem, by their hash."""
    counts = np.zeros(LETTERS, np.float32)
    framed = f"^{stem}$"
    for start in range(len(framed) - 2):
        counts[zlib.crc32(framed[start : start + 3].encode()) % LETTERS] += 1
    return counts


@lru_cache(maxsize=1)
def shipped_vectors() -> Vectors:
    """The tables of the package, read on first use."""
    return Vectors()
