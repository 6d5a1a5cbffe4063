"""Word pieces as BERT cuts them: lower case, no accents, greedy longest match in a vocabulary (Wu et al. 2016)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

UNKNOWN, CLS, SEP = 100, 101, 102
_LONGEST_WORD = 100
_PIECES = re.compile(r"[^\W_]+|[^\w\s]|_")


class WordPieces:
    """Token ids of texts. `vocabulary` lists the pieces in the order of their ids; `##` marks a continuation."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, tuple[int, ...]] = {}

    def __call__(self, text: str) -> list[int]:
        """The ids of a text, without the marks of its start and end."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        return [number for word in _PIECES.findall(plain) for number in self._word(word)]

    def _word(self, word: str) -> tuple[int, ...]:
        if word not in self._known:
            self._known[word] = self._cut(word)
        return self._known[word]

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (UNKNOWN,)
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._ids.get(("##" if start else "") + word[start:end])
                if number is not None:
                    break
            else:
                return (UNKNOWN,)
            found.append(number)
            start = end
        return tuple(found)
