"""Answers to one rubric laid end to end: words, clauses and sentences as arrays, each with the number of its owner.

Clauses and sentences without a content word are left out, and what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from interviewer.judges.lexicon import Lexicon, Numbers
from interviewer.judges.vectors import Array
from interviewer.judges.views import AnswerView

NEAR = 5  # a denial so many words before a word, or fewer, is about it

Marks = NDArray[np.bool_]


class Parts:
    """Clauses or sentences in order: whose they are, the first of each answer, how many words of which kind they hold."""

    def __init__(self, owner: Numbers, start: Numbers, content: Marks, denied: Marks) -> None:
        told = count(content, start)
        self.kept = np.flatnonzero(told)
        self.owner = owner[self.kept]
        self.counts = sizes(start, len(content))[self.kept]
        self.content_counts = told[self.kept]
        self.negations = count(denied, start)[self.kept]
        self.start = starts(self.content_counts)
        """The first content word of each, among content words."""
        self.per_answer = np.bincount(self.owner)
        self.first = starts(self.per_answer)
        """The first part of each answer."""
        self.place = self.kept - starts(np.bincount(owner))[self.owner]
        """The number of each among all parts of its answer."""

    def highest(self, rows: Array) -> Array:
        """For each answer the highest of its rows (parts, …)."""
        return np.asarray(np.maximum.reduceat(rows, self.first, axis=0))

    def where_highest(self, rows: Array) -> Numbers:
        """For each answer and column the first part in which it is highest."""
        highest = self.highest(rows)[self.owner]
        places = np.where(rows == highest, np.arange(len(rows))[:, None], len(rows))
        return np.asarray(np.minimum.reduceat(places, self.first, axis=0))


class Layout:
    """The answers, each of which has a content word."""

    def __init__(self, answers: Sequence[AnswerView], lexicon: Lexicon) -> None:
        self.answers = answers
        codes = _joined(answer.codes for answer in answers)
        in_clause = _joined(answer.word_counts for answer in answers)
        clauses_in = _joined(answer.clause_counts for answer in answers)
        self.counts = np.array([len(answer.codes) for answer in answers])
        self.content_counts = np.array([len(answer.content) for answer in answers])
        self.stems, self.is_content = codes >> 1, (codes & 1).astype(np.bool_)
        self.content = self.stems[self.is_content]
        """The stems of the content words alone."""
        known = lexicon.known(self.stems)
        denies, excuses = lexicon.denies[known], lexicon.excuses[known]
        start = starts(in_clause)
        owner = np.repeat(np.arange(len(answers)), [len(answer.sentences) for answer in answers])
        denied = _denied(denies, excuses, start)
        self.clauses = Parts(np.repeat(owner, clauses_in), start, self.is_content, denied)
        start = start[starts(clauses_in)]
        denied = _denied(denies, excuses, start)
        self.sentences = Parts(owner, start, self.is_content, denied)
        self.hedges = count(lexicon.hedges[known], start)[self.sentences.kept]
        self.talk = count(lexicon.talks[known], start)[self.sentences.kept]
        sentence_of = np.repeat(np.arange(len(owner)), clauses_in)
        self.first_clause = starts(np.bincount(sentence_of[self.clauses.kept])[self.sentences.kept])
        """The first clause of each sentence."""
        number = np.full(len(owner), -1)
        number[self.sentences.kept] = np.arange(len(self.sentences.kept))
        length = sizes(start, len(codes))
        self.sentence = np.repeat(number, length)
        """The sentence of each word, -1 for one that is left out."""
        before = np.maximum(np.arange(len(codes)) - NEAR, np.repeat(start, length))
        so_far = np.concatenate([[0], np.cumsum(denied)])
        self.denied_near = so_far[:-1] > so_far[before]
        """Whether a denial stands within `NEAR` words before each word, in its sentence."""


def starts(lengths: Numbers) -> Numbers:
    """Where each of some stretches begins that follow one another: [2, 3, 1] -> [0, 2, 5]."""
    return np.asarray(np.cumsum(lengths) - lengths)


def sizes(start: Numbers, end: int) -> Numbers:
    """The lengths of stretches that begin there, the last of which goes up to `end`."""
    return np.diff(start, append=end)


def count(marks: Marks, start: Numbers) -> Numbers:
    """How many marks there are in each stretch."""
    return np.asarray(np.add.reduceat(marks, start, dtype=np.intp))


def _joined(lists: Iterable[list[int]]) -> Numbers:
    return np.array(list(chain.from_iterable(lists)), np.intp)


def _denied(denies: Marks, excuses: Marks, start: Numbers) -> Marks:
    """The words that turn a claim round: not those that the next word of the same part excuses, as in "not only"."""
    excused = np.append(excuses[1:], np.False_)
    excused[start[1:] - 1] = False
    return denies & ~excused
