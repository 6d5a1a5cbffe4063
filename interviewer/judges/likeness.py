"""How near every stem met so far is to the words and points of one rubric: a table that grows as stems are met.

An answer's words are then looked up, not compared. A row depends on its stem and the rubric alone, to the bit: the
products are of whole numbers, which no order of adding changes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from interviewer.judges.lexicon import Lexicon, Numbers
from interviewer.judges.vectors import Array, lengths, spelling

# Spellings count as much as this times their likeness, and only when they are alike at all.
SPELLING_WORTH, ALIKE = 0.9, 0.6
# A likeness below this is that of any two words.
CHANCE = 0.25
# A mean vector's numbers are kept to this fraction, so that products with it are exact in double precision.
_FINE = 2.0**30

_growing = threading.Lock()


class Likeness:
    """For each stem a row: how far it meets each word of the rubric, then `SUMMED` columns for sums over its words.

    The latter are weighted by how telling the stem is: the best it meets of each point, its cosine with each point and
    with what of each point would be partial; last the weight itself.
    """

    def __init__(self, stems: Sequence[str], start: Numbers, means: tuple[Array, Array], lexicon: Lexicon) -> None:
        self._lexicon, self._start = lexicon, start
        self.words = len(stems)
        self._number = np.array([lexicon.number(stem) for stem in stems])
        rows = lexicon.rows(self._number)
        self._whole = lexicon.vectors.whole[rows].T.copy()
        self._length = lexicon.vectors.length[rows]
        spellings = np.stack([spelling(stem) for stem in stems])
        self._spellings, self._spelt = spellings.T.copy(), lengths(spellings)
        self._means = np.rint(np.concatenate(means).astype(np.float64) * _FINE).T.copy()
        self._row = np.full(len(lexicon.stems) + 64, -1, np.int32)
        self._table = np.zeros((256, self.words + 3 * len(start) + 1), np.float32)
        self._used = 0
        lexicon.held += self._row.size + self._table.size

    def of(self, stems: Numbers) -> Array:
        """The row of each stem: (stems, words + 3 · points + 1)."""
        if len(self._row) <= int(stems.max(initial=0)):
            self._widen()
        rows = self._row[stems]
        if (rows < 0).any():
            with _growing:
                self._add(np.unique(stems[self._row[stems] < 0]))
            rows = self._row[stems]
        return self._table[rows]

    def _widen(self) -> None:
        with _growing:
            more = np.full(len(self._lexicon.stems) * 9 // 8 + 64 - len(self._row), -1, np.int32)
            self._row = np.concatenate([self._row, more])
            self._lexicon.held += more.size

    def _add(self, stems: Numbers) -> None:
        if not len(stems):  # another thread was quicker
            return
        used = self._used + len(stems)
        if used > len(self._table):
            more = np.zeros((max(used - len(self._table), len(self._table) // 2), self._table.shape[1]), np.float32)
            self._table = np.concatenate([self._table, more])
            self._lexicon.held += more.size
        self._table[self._used : used] = self._computed(stems)
        self._row[stems] = np.arange(self._used, used)
        self._used = used

    def _computed(self, stems: Numbers) -> Array:
        vectors, rows = self._lexicon.vectors, self._lexicon.rows(stems)
        whole, length, weight = vectors.whole[rows], vectors.length[rows, None], vectors.weight[rows, None]
        meant = whole @ self._whole / (length * self._length)
        spellings = np.stack([spelling(self._lexicon.stems[stem]) for stem in stems.tolist()])
        spelt = spellings @ self._spellings / (lengths(spellings)[:, None] * self._spelt)
        met = np.maximum(meant, np.where(spelt > ALIKE, spelt * SPELLING_WORTH, 0))
        met = np.maximum(met, stems[:, None] == self._number)
        met = np.clip((met - CHANCE) / (1 - CHANCE), 0, 1)
        best = np.maximum.reduceat(met, self._start, axis=1)
        near = (whole.astype(np.float64) @ self._means / _FINE / length).astype(np.float32)
        return np.concatenate([met, best * weight, near * weight, weight], axis=1)
