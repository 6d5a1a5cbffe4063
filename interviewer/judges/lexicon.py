"""Every word met so far under a number, so that what is known of words is looked up for many answers at once.

Stems of the vector table come first, then those that say how something is said, then others as they are met.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from interviewer.judges.cues import HEDGES, NEGATIONS, NOT_A_DENIAL, OPPOSITES, TALK
from interviewer.judges.vectors import Vectors
from interviewer.words import stem_of

Numbers = NDArray[np.intp]

# Words remembered, and numbers in the tables of all rubrics (64 MB): beyond either, a judge begins a new lexicon.
MOST_WORDS, MOST_NUMBERS = 100_000, 16_000_000

_growing = threading.Lock()


class Lexicon(dict[str, int]):
    """The code of every word as it stands in a text: twice the number of its stem, plus 1 where it carries content."""

    def __init__(self, vectors: Vectors) -> None:
        super().__init__()
        self.vectors = vectors
        self.stems = list(vectors.stems)
        self._number = {stem: number for number, stem in enumerate(self.stems)}
        for stem in sorted(NEGATIONS | NOT_A_DENIAL | HEDGES | TALK | OPPOSITES.keys()):
            self.number(stem)
        self.base = len(self.stems)
        self.held = 0
        """Numbers in the tables that rest on this lexicon."""
        self.denies, self.excuses = self._are(NEGATIONS), self._are(NOT_A_DENIAL)
        self.hedges, self.talks = self._are(HEDGES), self._are(TALK)

    def __missing__(self, raw: str) -> int:
        stem, content = stem_of(raw)
        code = self[raw] = 2 * self.number(stem) + content
        return code

    @property
    def is_full(self) -> bool:
        """Whether it is time to begin a new one."""
        return len(self) > MOST_WORDS or self.held > MOST_NUMBERS

    def number(self, stem: str) -> int:
        """The number of a stem; a new one where it is new."""
        found = self._number.get(stem)
        if found is None:
            with _growing:
                found = self._number.setdefault(stem, len(self.stems))
                if found == len(self.stems):
                    self.stems.append(stem)
        return found

    def content(self, stems: Iterable[str]) -> frozenset[int]:
        """The codes that content words of these stems have."""
        return frozenset(2 * self.number(stem) + 1 for stem in stems)

    def known(self, stems: Numbers) -> Numbers:
        """The stems with one number, `base`, for all that came after those known from the start."""
        return np.minimum(stems, self.base)

    def rows(self, stems: Numbers) -> Numbers:
        """The row of each stem in the table of vectors."""
        return np.minimum(stems, len(self.vectors.stems))

    def _are(self, stems: Iterable[str]) -> NDArray[np.bool_]:
        """(base + 1,): which of the stems known from the start are among these."""
        found = np.zeros(self.base + 1, np.bool_)
        found[[self._number[stem] for stem in stems]] = True
        return found
