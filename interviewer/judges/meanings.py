"""How near the sentences of an answer come in meaning to each point: cosines of sentence vectors, as features. Pure.

Vectors are those of all-MiniLM-L6-v2 (Apache-2.0) as it is: the mean over the tokens of a sentence that is read alone.
A clause is the mean over its own tokens, two sentences the mean over the tokens of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.answer import Answer
from interviewer.judges.transformer import HIDDEN, Body, Weights
from interviewer.judges.vectors import Array, unit
from interviewer.judges.wordpiece import CLS, SEP, WordPieces
from interviewer.rubric import Rubric

MEANINGS = (
    "meaning_best", "meaning_second", "meaning_two", "meaning_clause", "meaning_partial", "meaning_question",
    "meaning_margin", "meaning_new", "meaning_two_new", "meaning_item", "meaning_item_best", "meaning_items_share",
    "meaning_rise", "meaning_answer",
)  # fmt: skip
LAYERS = 6
# Tokens of one text, of the texts that are read in one go, and of an answer in all; what is beyond is not looked at.
LONGEST, TOGETHER, LONGEST_ANSWER = 128, 256, 1024
# An item of a list counts as named from this cosine on.
NAMED = 0.6
_REMEMBERED = 512

Numbers = NDArray[np.intp]


class PointMeanings(NamedTuple):
    """Unit vectors of the statements and of what is partial (points, 384), of the question, and of the names of items.

    `fresh` is the statements without what they share with the question. `items` has for each point a list of items,
    each (names, 384).
    """

    statements: Array
    fresh: Array
    partials: Array
    question: Array
    items: list[list[Array]]


class AnswerMeanings(NamedTuple):
    """Unit vectors (…, 384) of sentences, neighbouring pairs of them, clauses, and the mean of the sentences."""

    sentences: Array
    pairs: Array
    clauses: Array
    whole: Array


class Meanings:
    """`features(rubric, answer)`: (points, `MEANINGS`)."""

    def __init__(self, weights: Weights, pieces: WordPieces) -> None:
        self.pieces = pieces
        self._body = Body(weights, "sentence.", LAYERS)
        self._points: dict[str, PointMeanings] = {}

    def features(self, rubric: Rubric, answer: Answer) -> Array:
        """The values of `MEANINGS` for every point: cosines, differences of them, and a share; -1 where there is no list."""
        points, said = self._of_points(rubric), self._of_answer(answer)
        by_sentence = points.statements @ said.sentences.T
        best = by_sentence.max(1)
        rows = np.arange(len(best))
        here = by_sentence[:, by_sentence.argmax(1)]  # (points, points): each point at the best sentence of each
        here[rows, rows] = -1
        rivals = here.max(0) if len(best) > 1 else best
        second = np.sort(by_sentence, axis=1)[:, -2] if by_sentence.shape[1] > 1 else np.zeros_like(best)
        return np.column_stack([
            best, second, (points.statements @ said.pairs.T).max(1), (points.statements @ said.clauses.T).max(1),
            (points.partials @ said.sentences.T).max(1), points.statements @ points.question, best - rivals,
            (points.fresh @ said.sentences.T).max(1), (points.fresh @ said.pairs.T).max(1),
            _items(rubric, points, said), best - by_sentence.mean(1), points.statements @ said.whole,
        ]).astype(np.float32)  # fmt: skip

    def _of_points(self, rubric: Rubric) -> PointMeanings:
        if rubric.hash not in self._points:
            if len(self._points) >= _REMEMBERED:
                self._points.clear()
            names = [name for point in rubric.points for item in point.items for name in item.names]
            statements = [point.statement for point in rubric.points]
            partials = [point.partial or point.statement for point in rubric.points]
            vectors = iter(self.vectors([*statements, *partials, rubric.question, *names]))
            told, part = (np.stack([next(vectors) for _ in rubric.points]) for _ in range(2))
            asked = next(vectors)
            fresh = unit(told - np.outer(told @ asked, asked))
            items = [[np.stack([next(vectors) for _ in item.names]) for item in p.items] for p in rubric.points]
            self._points[rubric.hash] = PointMeanings(told, fresh, part, asked, items)
        return self._points[rubric.hash]

    def vectors(self, texts: Sequence[str]) -> Array:
        """The unit vectors (texts, 384) of whole texts, each read alone."""
        tokens = [[CLS, *self.pieces(text)[: LONGEST - 2], SEP] for text in texts]
        return unit(np.stack([x.mean(0) for x in self._read(tokens)]))

    def _of_answer(self, answer: Answer) -> AnswerMeanings:
        tokens: list[list[int]] = []
        cuts: list[list[int]] = []
        room = LONGEST_ANSWER
        for place in answer.sentence_places:
            clauses = [self.pieces(answer.text[start:end]) for start, end in answer.clause_places(*place)]
            ids = [token for clause in clauses for token in clause][: LONGEST - 2]
            room -= len(ids) + 2
            if ids and (room >= 0 or not tokens):
                tokens.append([CLS, *ids, SEP])
                ends = np.minimum(np.cumsum([len(clause) for clause in clauses]), len(ids))
                cuts.append([0, *dict.fromkeys(int(end) for end in ends if end)])
        read = self._read(tokens or [[CLS, SEP]])
        sums, counts = np.stack([x.sum(0) for x in read]), np.array([[len(x)] for x in read], np.float32)
        sentences = unit(sums / counts)
        pairs = unit((sums[:-1] + sums[1:]) / (counts[:-1] + counts[1:])) if len(sums) > 1 else sentences
        clauses = [x[1 + a : 1 + b].mean(0) for x, ends in zip(read, cuts, strict=False) for a, b in pairwise(ends)]
        return AnswerMeanings(
            sentences, pairs, unit(np.stack(clauses)) if clauses else sentences, unit(sentences.mean(0)[None])[0]
        )

    def _read(self, texts: Sequence[list[int]]) -> list[Array]:
        """The tokens (length, 384) of each text after the last layer; some texts at a time, none seeing another."""
        read: list[Array] = []
        for some in _packs(texts):
            lengths = [len(text) for text in some]
            owner = np.repeat(np.arange(len(some)), lengths)
            places = np.concatenate([np.arange(length) for length in lengths])
            x = self._body.embedded(np.concatenate(some)[None], places[None])
            hidden = np.where(owner[:, None] == owner, np.float32(0), HIDDEN)[None, None]
            for layer in self._body.layers:
                x = layer(x, hidden)
            read += np.split(x[0], np.cumsum(lengths)[:-1])
        return read


def _packs(texts: Sequence[list[int]]) -> list[list[list[int]]]:
    """The texts in order, so many together as `TOGETHER` tokens hold."""
    packs: list[list[list[int]]] = [[]]
    for text in texts:
        if packs[-1] and sum(map(len, packs[-1])) + len(text) > TOGETHER:
            packs.append([])
        packs[-1].append(text)
    return packs


def _items(rubric: Rubric, points: PointMeanings, said: AnswerMeanings) -> Array:
    """(points, 3): the cosine of the item that fills the need, of the best item, and the share of the need that is named."""
    found = np.full((len(rubric.points), 3), -1, np.float32)
    for row, point, items in zip(found, rubric.points, points.items, strict=True):
        if items and point.need:
            near = np.sort([float((names @ said.clauses.T).max()) for names in items])[::-1]
            row[:] = near[point.need - 1], near[0], (near > NAMED).sum() / point.need
    return found
