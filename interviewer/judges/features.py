"""How an answer stands to each point of a rubric, as numbers. Pure; the model over them is in `local.py`.

A word of a point is met by the answer's word that is nearest in meaning or, for typing errors and unknown words, in
spelling. Shares are weighted by how telling a word is, and "new" leaves the words of the question out. There is no
feature for how long or well put the answer is as a whole: that would grade the candidate's style.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.judges.vectors import LETTERS, Array
from interviewer.judges.views import AnswerView, Indices, Parts, PointView, RubricView
from interviewer.rubric import Item
from interviewer.words import content_stems

FEATURES = (
    "soft", "hard", "soft_new", "hard_new", "sentence_soft", "two_soft", "three_soft", "clause_soft", "sentence_new",
    "two_new", "clause_new", "sentence_hard", "sentence_precise", "clause_precise", "sentence_cosine", "two_cosine",
    "clause_cosine", "answer_cosine", "partial_cosine", "second_cosine", "strong_words", "met_words", "negations_sentence",
    "negations_clause", "negation_mismatch", "negation_near", "negations_before", "opposites_sentence", "opposites_answer",
    "numbers_met", "numbers_wanted", "function_words", "function_words_answer", "sentence_words", "clause_words",
    "talk_sentence", "talk_answer", "hedges_sentence", "point_words", "is_list", "need", "items", "items_share", "items_soft", "own_words",
)  # fmt: skip

# Spellings count as much as this times their likeness, and only when they are alike at all.
SPELLING_WORTH, ALIKE = 0.9, 0.6
# An answer whose share of function words is higher is speech, and how much higher says nothing of the point.
LISTLIKE = 0.35
# A likeness below this is that of any two words.
CHANCE = 0.25


class Reading(NamedTuple):
    """The features (points, FEATURES); for each point its best sentence and best clause, and how far its words are met."""

    values: Array
    sentence: Indices
    clause: Indices
    met: list[Array]
    items: tuple[frozenset[str], ...]


def read(rubric: RubricView, answer: AnswerView) -> Reading:
    """What an answer with at least one content word says to every point."""
    return _Read(rubric, answer).reading()


class _Read:
    """The matrices that the features share: rows are the words of the points, columns words or parts of the answer."""

    def __init__(self, rubric: RubricView, answer: AnswerView) -> None:
        self.rubric, self.answer = rubric, answer
        likeness = rubric.meanings @ answer.meanings.T
        spelt = rubric.both[:, -LETTERS:] @ answer.both[:, -LETTERS:].T
        self.met = np.maximum(likeness, np.where(spelt > ALIKE, spelt * SPELLING_WORTH, 0))
        self.same = np.zeros_like(self.met)
        for column, stem in enumerate(answer.stems):
            if stem in rubric.place:
                self.same[rubric.place[stem], column] = 1
        np.maximum(self.met, self.same, out=self.met)
        self.met = np.clip((self.met - CHANCE) / (1 - CHANCE), 0, 1)
        self.weights = rubric.weights
        self.new_weights = rubric.weights * rubric.new

    def by_point(self, rows: Array, weights: Array) -> Array:
        """Weighted share (points, …) of rows (words, …)."""
        total = np.maximum(np.add.reduceat(weights, self.rubric.start), 1e-6)
        return (np.add.reduceat((rows.T * weights).T, self.rubric.start, axis=0).T / total).T

    def reading(self) -> Reading:
        rubric, answer, sentences, clauses = self.rubric, self.answer, self.answer.sentences, self.answer.pieces
        best, best_same = self.met.max(1), self.same.max(1)
        in_sentence = np.maximum.reduceat(self.met, sentences.start, axis=1)
        in_clause = np.maximum.reduceat(self.met, clauses.start, axis=1)
        two, three = _neighbours(in_sentence, 2), _neighbours(in_sentence, 3)
        soft_s, soft_c = self.by_point(in_sentence, self.weights), self.by_point(in_clause, self.weights)
        new_s, new_c = self.by_point(in_sentence, self.new_weights), self.by_point(in_clause, self.new_weights)
        cosine_s, cosine_c = rubric.means @ sentences.means.T, rubric.means @ clauses.means.T
        fit_s = soft_s + new_s + cosine_s + self._precision(sentences)
        fit_c = soft_c + new_c + cosine_c + 0.5 * self._precision(clauses)
        at, where = fit_s.argmax(1), fit_c.argmax(1)
        row = np.arange(len(rubric.points))
        two_means = _neighbour_means(sentences)
        whole = answer.weights @ answer.meanings
        whole = whole / max(float(np.linalg.norm(whole)), 1e-6)
        found = tuple(self._items(view) for view in rubric.points)
        words, content = len(answer.words), len(answer.content)
        count = len(row)
        columns = [
            self.by_point(best, self.weights), self.by_point(best_same, self.weights),
            self.by_point(best, self.new_weights), self.by_point(best_same, self.new_weights),
            soft_s.max(1), self.by_point(two, self.weights).max(1), self.by_point(three, self.weights).max(1),
            soft_c.max(1), new_s.max(1), self.by_point(two, self.new_weights).max(1), new_c.max(1),
            self.by_point(np.maximum.reduceat(self.same, sentences.start, axis=1), self.weights).max(1),
            self._precision(sentences)[row, at], self._precision(clauses)[row, where],
            cosine_s[row, at], (rubric.means @ two_means.T).max(1), cosine_c.max(1), rubric.means @ whole,
            (rubric.partials @ sentences.means.T).max(1), _second(cosine_s),
            self.by_point((best > 0.6).astype(np.float32), self.weights), np.add.reduceat(best > 0.6, rubric.start),
            sentences.negations[at], clauses.negations[where],
            np.array([view.negated != bool(sentences.negations[i] % 2) for view, i in zip(rubric.points, at, strict=True)]),
            self._negation_near(at), _before(sentences.negations)[at],
            np.array([len(v.opposites & sentences.stems[i]) for v, i in zip(rubric.points, at, strict=True)]),
            np.array([len(v.opposites & answer.own) for v in rubric.points]),
            np.array([len(v.numbers & answer.numbers) for v in rubric.points]),
            np.array([len(v.numbers) for v in rubric.points]),
            1 - sentences.content_counts[at] / sentences.counts[at], np.full(count, min(1 - content / words, LISTLIKE)),
            np.log1p(sentences.counts[at]), np.log1p(clauses.counts[where]),
            sentences.talk[at], np.full(count, sentences.talk.sum() / words),
            sentences.hedges[at] / sentences.counts[at], np.log(rubric.lengths),
            np.array([bool(v.point.items) for v in rubric.points]), np.array([v.point.need or 0 for v in rubric.points]),
            np.array([len(names) for names in found]),
            np.array([len(names) / (v.point.need or 1) for names, v in zip(found, rubric.points, strict=True)]),
            soft_c.mean(1),
            np.full(count, len(answer.own - rubric.asked) / max(len(answer.own), 1)),
        ]  # fmt: skip
        values = np.stack([np.asarray(column, np.float32) for column in columns], axis=1)
        return Reading(values, at, where, np.split(best, rubric.start[1:]), found)

    def _precision(self, parts: Parts) -> Array:
        """The share (points, parts) of a part's words that meet some word of the point."""
        by_word = np.maximum.reduceat(self.met, self.rubric.start, axis=0) * self.answer.weights
        return np.asarray(np.add.reduceat(by_word, parts.start, axis=1) / np.maximum(parts.weights, 1e-6))

    def _items(self, view: PointView) -> frozenset[str]:
        return frozenset(item.text for item in view.point.items if named(item, self.answer.own))

    def _negation_near(self, at: Indices) -> NDArray[np.int_]:
        """Negations within five words before a word of the best sentence that the point has too."""
        found = []
        for view, sentence in zip(self.rubric.points, at, strict=True):
            said, denied = self.answer.sentences.words[sentence], self.answer.sentences.denials[sentence]
            wanted = set(view.stems)
            found.append(sum(any(denied[max(i - 5, 0) : i]) for i, word in enumerate(said) if word.stem in wanted))
        return np.array(found)


def named(item: Item, stems: frozenset[str]) -> bool:
    """Whether all content words of one of an item's names are among `stems`."""
    return any((wanted := content_stems(name)) and wanted <= stems for name in item.names)


def _neighbours(parts: Array, size: int) -> Array:
    """The maximum over every `size` neighbouring columns; over all where there are fewer."""
    if parts.shape[1] <= size:
        return np.asarray(parts.max(1, keepdims=True))
    return np.asarray(np.stack([parts[:, i : parts.shape[1] - size + 1 + i] for i in range(size)]).max(0))


def _neighbour_means(parts: Parts) -> Array:
    means = parts.means
    if len(means) < 2:
        return means
    both = means[:-1] + means[1:]
    return np.asarray(both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-6))


def _second(values: Array) -> Array:
    return np.sort(values, axis=1)[:, -2] if values.shape[1] > 1 else np.zeros(len(values), np.float32)


def _before(counts: NDArray[np.int_]) -> NDArray[np.int_]:
    """For each part, the count of the one before it."""
    return np.concatenate([[0], counts[:-1]])
