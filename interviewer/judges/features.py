"""How answers stand to each point of a rubric, as numbers. Pure; the model over them is in `local.py`.

A word of a point is met by the answer's word that is nearest in meaning or, for typing errors and unknown words, in
spelling. Shares are weighted by how telling a word is, and "new" leaves the words of the question out. There is no
feature for how long or well put the answer is as a whole: that would grade the candidate's style.

Many answers to one rubric are read at once, each as if it were alone: nothing here adds or compares across answers, and
sums run over one part, one point or one answer, whose length alone decides the order of adding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from interviewer.judges.cues import numbers
from interviewer.judges.layout import Layout, Parts
from interviewer.judges.lexicon import Numbers
from interviewer.judges.vectors import Array, lengths
from interviewer.judges.views import AnswerView, PointView, RubricView

FEATURES = (
    "soft", "hard", "soft_new", "hard_new", "sentence_soft", "two_soft", "three_soft", "clause_soft", "sentence_new",
    "two_new", "clause_new", "sentence_hard", "sentence_precise", "clause_precise", "sentence_cosine", "two_cosine",
    "clause_cosine", "answer_cosine", "partial_cosine", "second_cosine", "strong_words", "met_words", "negations_sentence",
    "negations_clause", "negation_mismatch", "negation_near", "negations_before", "opposites_sentence", "opposites_answer",
    "numbers_met", "numbers_wanted", "function_words", "function_words_answer", "sentence_words", "clause_words",
    "talk_sentence", "talk_answer", "hedges_sentence", "point_words", "is_list", "need", "items", "items_share", "items_soft", "own_words",
)  # fmt: skip

# An answer whose share of function words is higher is speech, and how much higher says nothing of the point.
LISTLIKE = 0.35
# A word of a point is met well from here on, in likeness above chance.
STRONG = 0.6


class Reading(NamedTuple):
    """The features (points, FEATURES) of one answer; each point's best sentence and clause; how far its words are met."""

    values: Array
    sentence: Numbers
    clause: Numbers
    met: Array
    items: Sequence[tuple[str, ...]]


def read(rubric: RubricView, answer: AnswerView) -> Reading:
    """What an answer with at least one content word says to every point."""
    (reading,) = read_many(rubric, [answer])
    return reading


def read_many(rubric: RubricView, answers: Sequence[AnswerView]) -> list[Reading]:
    """The same for each of many answers, to the bit as if each were read alone."""
    return _Read(rubric, answers).readings() if answers else []


class _Sums:
    """Parts or answers by the weighted sums over their words."""

    def __init__(self, sums: Array, points: int) -> None:
        best, near, partial, weight, vector = np.split(sums, [points, 2 * points, 3 * points, 3 * points + 1], axis=1)
        length = lengths(vector)[:, None]
        self.precision = best / np.maximum(weight, 1e-6)
        """The share of its words that meet some word of each point."""
        # Rounding lifts the cosine of a statement with itself above 1 now and then: nothing is to be learnt from that.
        self.cosine, self.partial = np.minimum(near / length, 1), np.minimum(partial / length, 1)
        self.vector = vector / length


class _Read:
    """The matrices that the features share: a row for each answer or part, a column for each point or word of one."""

    def __init__(self, rubric: RubricView, answers: Sequence[AnswerView]) -> None:
        self.rubric, self.answers = rubric, answers
        self.layout = layout = Layout(answers, rubric.lexicon)
        self.point = np.arange(len(rubric.points))
        words = rubric.likeness.words
        rows = rubric.likeness.of(layout.content)
        self.in_clause = np.maximum.reduceat(rows[:, :words], layout.clauses.start, axis=0)
        self.in_sentence = np.maximum.reduceat(self.in_clause, layout.first_clause, axis=0)
        self.in_answer = layout.sentences.highest(self.in_sentence)
        vectors = rubric.lexicon.vectors.weighted[rubric.lexicon.rows(layout.content)]
        self.own_words = rubric.places.find(layout.stems)
        """Where a word of the rubric is said, and which."""
        by_clause = np.add.reduceat(np.concatenate([rows[:, words:], vectors], axis=1), layout.clauses.start, axis=0)
        by_sentence = np.add.reduceat(by_clause, layout.first_clause, axis=0)
        by_answer = np.add.reduceat(by_sentence, layout.sentences.first, axis=0)
        self.clause, self.sentence, self.answer = (
            _Sums(s, len(self.point)) for s in (by_clause, by_sentence, by_answer)
        )

    def readings(self) -> list[Reading]:
        """One for each answer."""
        sentences, clauses = self.layout.sentences, self.layout.clauses
        named = [[_named(point, answer) for point in self.rubric.points] for answer in self.answers]
        met, sentence, clause = self._met()
        columns = met | self._said(sentence, clause) | self._wanted(named)
        values = np.empty((len(self.answers), len(self.point), len(FEATURES)), np.float32)
        for place, name in enumerate(FEATURES):
            values[:, :, place] = columns[name]
        places = sentences.place[sentence], clauses.place[clause]
        return [Reading(*found) for found in zip(values, *places, self.in_answer, named, strict=True)]

    def _met(self) -> tuple[dict[str, Array], Numbers, Numbers]:
        """How well the points are met, and for each answer and point the best sentence and the best clause."""
        sentences, clauses, same = self.layout.sentences, self.layout.clauses, self._same()
        following = np.minimum(np.arange(len(self.in_sentence)) + 1, _last(sentences))
        two = np.maximum(self.in_sentence, self.in_sentence[following])
        three = np.maximum(two, self.in_sentence[following[following]])
        strong = (self.in_answer > STRONG).astype(np.float32)
        best_same = sentences.highest(same)
        soft = _split(self._shares, self.rubric.weights, [
            self.in_answer, best_same, self.in_sentence, two, self.in_clause, same, three, strong,
        ])  # fmt: skip
        new = _split(self._shares, self.rubric.new_weights, [
            self.in_answer, best_same, self.in_sentence, two, self.in_clause,
        ])  # fmt: skip
        at = sentences.where_highest(soft[2] + new[2] + self.sentence.cosine + self.sentence.precision)
        where = clauses.where_highest(soft[4] + new[4] + self.clause.cosine + np.float32(0.5) * self.clause.precision)
        found = {
            "soft": soft[0], "hard": soft[1], "soft_new": new[0], "hard_new": new[1],
            "sentence_soft": sentences.highest(soft[2]), "two_soft": sentences.highest(soft[3]),
            "three_soft": sentences.highest(soft[6]), "clause_soft": clauses.highest(soft[4]),
            "sentence_new": sentences.highest(new[2]), "two_new": sentences.highest(new[3]),
            "clause_new": clauses.highest(new[4]), "sentence_hard": sentences.highest(soft[5]),
            "sentence_precise": self.sentence.precision[at, self.point],
            "clause_precise": self.clause.precision[where, self.point],
            "sentence_cosine": self.sentence.cosine[at, self.point], "two_cosine": self._two_cosine(following),
            "clause_cosine": clauses.highest(self.clause.cosine), "answer_cosine": self.answer.cosine,
            "partial_cosine": sentences.highest(self.sentence.partial), "second_cosine": self._second_cosine(),
            "strong_words": soft[7], "met_words": np.add.reduceat(strong, self.rubric.start, axis=1),
            "items_soft": np.add.reduceat(soft[4], clauses.first, axis=0) / clauses.per_answer[:, None],
        }  # fmt: skip
        return found, at, where

    def _shares(self, rows: Array, weights: Array) -> Array:
        """Weighted shares (rows, points) of what is met of each point, from (rows, words)."""
        total = np.maximum(np.add.reduceat(weights, self.rubric.start), 1e-6)
        return np.asarray(np.add.reduceat(rows * weights, self.rubric.start, axis=1) / total)

    def _same(self) -> Array:
        """(sentences, words): 1 where a word of the rubric itself is said."""
        said, word = self.own_words
        content = self.layout.is_content[said]
        same = np.zeros_like(self.in_sentence)
        same[self.layout.sentence[said[content]], word[content]] = 1
        return same

    def _two_cosine(self, following: Numbers) -> Array:
        """The best cosine of two neighbouring sentences; of the one where there is but one."""
        both = self.sentence.cosine + self.sentence.cosine[following]
        both /= lengths(self.sentence.vector + self.sentence.vector[following])[:, None]
        alone = self.layout.sentences.per_answer == 1
        last = _last(self.layout.sentences)
        both[(np.arange(len(both)) == last) & ~alone[self.layout.sentences.owner]] = -np.inf
        return self.layout.sentences.highest(both)

    def _second_cosine(self) -> Array:
        """The second best cosine of a sentence; 0 where there is but one."""
        sentences, others = self.layout.sentences, self.sentence.cosine.copy()
        others[sentences.where_highest(others), self.point] = -np.inf
        return np.where(sentences.per_answer[:, None] > 1, sentences.highest(others), 0)

    def _said(self, at: Numbers, where: Numbers) -> dict[str, Array]:
        """What the best sentence and clause are like, and what is denied."""
        layout, sentences, clauses = self.layout, self.layout.sentences, self.layout.clauses
        before = np.where(at == sentences.first[:, None], 0, sentences.negations[at - 1])
        words = layout.counts[:, None]
        content, talk = layout.content_counts[:, None], np.add.reduceat(layout.talk, sentences.first)[:, None]
        against_s, against_a = self._opposites()
        return {
            "negations_sentence": sentences.negations[at], "negations_clause": clauses.negations[where],
            "negation_mismatch": self.rubric.negated != (sentences.negations[at] % 2 == 1),
            "negation_near": self._negation_near()[at, self.point], "negations_before": before,
            "opposites_sentence": against_s[at, self.point], "opposites_answer": against_a,
            "function_words": 1 - sentences.content_counts[at] / sentences.counts[at],
            "function_words_answer": np.minimum(1 - content / words, LISTLIKE),
            "sentence_words": np.log1p(sentences.counts)[at], "clause_words": np.log1p(clauses.counts)[where],
            "talk_sentence": layout.talk[at], "talk_answer": talk / words,
            "hedges_sentence": layout.hedges[at] / sentences.counts[at],
        }  # fmt: skip

    def _negation_near(self) -> Numbers:
        """(sentences, points): the words of the point that a denial stands near before."""
        said, word = self.own_words
        about = self.layout.denied_near[said] & (self.layout.sentence[said] >= 0)
        return self._tally(self.layout.sentence[said[about]], self.rubric.point_of[word[about]], len(self.in_sentence))

    def _opposites(self) -> tuple[Numbers, Numbers]:
        """(sentences, points) and (answers, points): how many different opposites of the point's words are said.

        In an answer only those count that are content words.
        """
        layout = self.layout
        said, point = self.rubric.against.find(layout.stems)
        if not len(said):
            return self._tally(said, said, len(self.in_sentence)), self._tally(said, said, len(self.answers))
        kept = layout.sentence[said] >= 0
        said, point = said[kept], point[kept]
        sentence, content = layout.sentence[said], layout.is_content[said]
        answer = layout.sentences.owner[sentence]
        by_sentence = np.unique(np.stack([sentence, point, layout.stems[said]]), axis=1)
        by_answer = np.unique(np.stack([answer, point, layout.stems[said]])[:, content], axis=1)
        return (
            self._tally(by_sentence[0], by_sentence[1], len(self.in_sentence)),
            self._tally(by_answer[0], by_answer[1], len(self.answers)),
        )

    def _tally(self, row: Numbers, point: Numbers, rows: int) -> Numbers:
        """(rows, points): how often each pair is there."""
        points = len(self.point)
        return np.bincount(row * points + point, minlength=rows * points).reshape(rows, points)

    def _wanted(self, named: list[list[tuple[str, ...]]]) -> dict[str, Array]:
        """What of lists and numbers is there, and what there is of each point at all."""
        rubric = self.rubric
        items = np.array([[len(names) for names in some] for some in named])
        numbers_met = np.zeros(items.shape)
        if rubric.number_counts.any():
            said = [numbers(answer.answer.text) for answer in self.answers]
            numbers_met[:] = [[len(view.numbers & some) for view in rubric.points] for some in said]
        own = [len(answer.own - rubric.asked) / max(len(answer.own), 1) for answer in self.answers]
        return {
            "numbers_met": numbers_met, "numbers_wanted": rubric.number_counts, "point_words": np.log(rubric.lengths),
            "is_list": rubric.is_list, "need": rubric.need, "items": items,
            "items_share": items / np.maximum(rubric.need, 1), "own_words": np.array(own)[:, None],
        }  # fmt: skip


def _named(point: PointView, answer: AnswerView) -> tuple[str, ...]:
    """The items of a list point that an answer names."""
    return tuple(dict.fromkeys(item.text for item in point.items if item.is_named(answer.own)))


def _split(shares: Callable[[Array, Array], Array], weights: Array, some: list[Array]) -> list[Array]:
    """The shares of several matrices at once."""
    return np.split(shares(np.concatenate(some), weights), np.cumsum([len(rows) for rows in some[:-1]]))


def _last(parts: Parts) -> Numbers:
    """For each part the last one of its answer."""
    return (parts.first + parts.per_answer - 1)[parts.owner]
