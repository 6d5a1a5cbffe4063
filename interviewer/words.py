"""Words of a text: tokens with their places, stems, and which of them carry content.

What a sentence is lives in `answer.py`; what words mean to a judge, in the judges.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

# A word may hold inner apostrophes, dots, slashes or signs ("don't", "U-Net", "3.5", "FP16"),
# but hyphens split: "self-supervised" and "self supervised" are the same two words.
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*", re.UNICODE)

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "done",
        "down",
        "during",
        "each",
        "either",
        "else",
        "etc",
        "ever",
        "every",
        "few",
        "for",
        "from",
        "further",
        "get",
        "gets",
        "getting",
        "give",
        "given",
        "go",
        "goes",
        "going",
        "got",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "however",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "kind",
        "let",
        "like",
        "lot",
        "made",
        "make",
        "makes",
        "making",
        "many",
        "may",
        "me",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "myself",
        "of",
        "off",
        "on",
        "once",
        "one",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "per",
        "put",
        "rather",
        "really",
        "s",
        "same",
        "say",
        "says",
        "she",
        "should",
        "so",
        "some",
        "something",
        "such",
        "t",
        "take",
        "takes",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "things",
        "this",
        "those",
        "through",
        "thus",
        "to",
        "too",
        "under",
        "up",
        "upon",
        "us",
        "use",
        "used",
        "uses",
        "using",
        "very",
        "via",
        "was",
        "way",
        "we",
        "well",
        "were",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "within",
        "would",
        "yes",
        "you",
        "your",
        "yours",
        "yourself",
    ]
)

REMEMBERED = 65_536  # words
_stemmer = snowballstemmer.stemmer("english")


class Word(NamedTuple):
    """One word of a text: its stem, and its place `text[start:end]`."""

    stem: str
    start: int
    end: int
    content: bool


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """The English Snowball stem of a word, lower case: 'Segmented' -> 'segment'."""
    return word if word.isdigit() else str(_stemmer.stemWord(word.lower().replace("’", "'")))


class _Met(dict[str, tuple[str, bool]]):
    """Words as they stand in texts, with their stems and whether they carry content; the first words met stay."""

    def __missing__(self, raw: str) -> tuple[str, bool]:
        found = stem(raw), raw.lower().replace("’", "'") not in STOP_WORDS
        if len(self) < REMEMBERED:
            self[raw] = found
        return found


_met = _Met()
stem_of = _met.__getitem__
"""The stem of a word as it stands in a text, and whether it carries content."""


def words_met() -> dict[str, tuple[str, bool]]:
    """The words met so far, for another process to begin with: stemming takes longer than anything else about a word."""
    return dict(_met)


def begin_with(met: dict[str, tuple[str, bool]]) -> None:
    """Take over what another process has met."""
    _met.update(met)


def raw_words(text: str, start: int = 0, end: int | None = None) -> list[str]:
    """Every word of `text[start:end]` as it stands there, in order."""
    return _WORD.findall(text, start, len(text) if end is None else end)


def words(text: str) -> list[Word]:
    """Every word of `text`, in order, with its stem and place."""
    found = []
    for match in _WORD.finditer(text):
        stem_, content = stem_of(match.group())
        found.append(Word(stem_, match.start(), match.end(), content))
    return found


def content_stems(text: str) -> frozenset[str]:
    """The stems of the words that carry content: 'the cats of it' -> {'cat'}."""
    return frozenset(word.stem for word in words(text) if word.content)


def counted(number: int, noun: str) -> str:
    """(1, 'question') -> '1 question', (2, 'question') -> '2 questions'."""
    return f"{number} {noun}{'s' * (number != 1)}"
