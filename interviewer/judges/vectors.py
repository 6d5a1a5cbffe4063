"""What a word means, as a vector of 96 numbers, and how much it tells: shipped tables, read once.

Made by `training/fit_vectors.py` from all-MiniLM-L6-v2 (Apache-2.0). A word that is not in the table has no meaning
here, only a spelling: its letters are compared in threes.
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


class Vectors:
    """Meaning, spelling and weight of every stem."""

    def __init__(self, path: Path = VECTOR_FILE) -> None:
        with np.load(path) as data:
            stems = str(data["stems"]).split(" ")
            weights = data["weights"].astype(np.float32)
            table = data["vectors"].astype(np.float32)
        table /= np.linalg.norm(table, axis=1, keepdims=True)
        self._row = dict(zip(stems, range(len(stems)), strict=True))
        # The last row stands for every unknown word: no meaning, the highest weight.
        self._table = np.vstack([table, np.zeros((1, table.shape[1]), np.float32)])
        self._weights = np.append(weights, np.float32(1.05))

    def rows(self, stems: list[str]) -> list[int]:
        """The row of each stem; unknown stems share the last one."""
        unknown = len(self._table) - 1
        return [self._row.get(stem, unknown) for stem in stems]

    def meanings(self, stems: list[str]) -> Array:
        """(stems, 96): unit vectors, zeros for unknown words."""
        return self._table[self.rows(stems)]

    def weights(self, stems: list[str]) -> Array:
        """(stems,): how telling each is, about 0.3 to 1.05."""
        return self._weights[self.rows(stems)]

    def spellings(self, stems: list[str]) -> Array:
        """(stems, 64): unit vectors of their letters in threes."""
        return np.stack([_spelling(stem) for stem in stems]) if stems else np.zeros((0, LETTERS), np.float32)


@lru_cache(maxsize=65_536)
def _spelling(stem: str) -> Array:
    counts = np.zeros(LETTERS, np.float32)
    framed = f"^{stem}$"
    for start in range(len(framed) - 2):
        counts[zlib.crc32(framed[start : start + 3].encode()) % LETTERS] += 1
    return counts / max(float(np.linalg.norm(counts)), 1e-6)


@lru_cache(maxsize=1)
def shipped_vectors() -> Vectors:
    """The tables of the package, read on first use."""
    return Vectors()
