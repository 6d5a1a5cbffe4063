"""Six lexical features of how an answer stands to a point. Pure; the model over them is in `local.py`.

Weights of words are inverse document frequencies, natural log, from the shipped table; an unseen word has the highest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from interviewer.answer import Answer, Span
from interviewer.words import Word, content_stems, words

FEATURES = ("coverage", "new_coverage", "window_f1", "precision", "log_length_ratio", "negation_mismatch")

_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "neither",
        "nor",
        "nothing",
        "nobody",
        "cannot",
        "can't",
        "won't",
        "don't",
        "doesn't",
        "didn't",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "shouldn't",
        "wouldn't",
        "couldn't",
        "hasn't",
        "haven't",
        "hadn't",
        "without",
        "hard",
        "rare",
        "fail",
        "fals",
        "untru",
        "wrong",
        "incorrect",
        "unnecessari",
        "unneed",
        "pointless",
        "useless",
    ]
)


@dataclass(frozen=True)
class Idf:
    """How telling a word is: `log((documents + 1) / (documents with it + 1))`, in nats."""

    documents: int
    counts: Mapping[str, int]

    def __call__(self, stem: str) -> float:
        return math.log((self.documents + 1) / (self.counts.get(stem, 0) + 1))

    def total(self, stems: Iterable[str]) -> float:
        """The summed weight of some stems."""
        return sum(map(self, stems))


@dataclass(frozen=True)
class Window:
    """One to three neighbouring sentences of an answer and the stems in them."""

    first: int
    last: int
    stems: frozenset[str]
    negations: int


class AnswerView:
    """An answer taken apart once for all points of a rubric."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    @cached_property
    def sentences(self) -> tuple[tuple[Span, tuple[Word, ...]], ...]:
        return tuple((span, tuple(words(span.text))) for span in self.answer.sentences)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for _, ws in self.sentences for word in ws if word.content)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        content = [frozenset(w.stem for w in ws if w.content) for _, ws in self.sentences]
        negations = [sum(w.stem in _NEGATIONS for w in ws) for _, ws in self.sentences]
        return tuple(
            Window(i, j, frozenset().union(*content[i : j + 1]), sum(negations[i : j + 1]))
            for i in range(len(content))
            for j in range(i, min(i + 3, len(content)))
        )


def f1(one: frozenset[str], other: frozenset[str], idf: Idf) -> float:
    """Weighted F1 of two sets of stems, in 0–1."""
    both = idf.total(one & other)
    whole = idf.total(one) + idf.total(other)
    return 2 * both / whole if whole else 0.0


def best_window(view: AnswerView, point: frozenset[str], idf: Idf) -> Window | None:
    """The window that says the most of a point for its length; the shorter one of equals."""
    scored = [(f1(window.stems, point, idf), -(window.last - window.first), window) for window in view.windows]
    return max(scored, key=lambda entry: entry[:2])[2] if scored else None


def features(point: str, question: str, view: AnswerView, idf: Idf) -> list[float]:
    """The values of `FEATURES`, in that order: shares in 0–1, a log ratio, and 0 or 1 for the mismatch."""
    wanted, asked = content_stems(point), content_stems(question)
    window = best_window(view, wanted, idf)
    return [
        _share(wanted & view.stems, wanted, idf),
        _share((wanted - asked) & view.stems, wanted - asked, idf),
        f1(window.stems, wanted, idf) if window else 0.0,
        _share(wanted & view.stems, view.stems, idf),
        math.log((len(view.stems) + 1) / (len(wanted) + 1)),
        float(window is not None and negated(point) != bool(window.negations % 2)),
    ]


def negated(text: str) -> bool:
    """Whether a text denies something: an odd number of negating words."""
    return sum(word.stem in _NEGATIONS for word in words(text)) % 2 == 1


def _share(some: frozenset[str], whole: frozenset[str], idf: Idf) -> float:
    total = idf.total(whole)
    return idf.total(some) / total if total else 0.0
