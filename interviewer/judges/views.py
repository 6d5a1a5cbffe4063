"""Points and answers taken apart once, as arrays: words, weights, meanings, spellings, sentences and clauses.

What is made of them is in `features.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interviewer.answer import Answer, Span
from interviewer.judges.cues import HEDGES, OPPOSITES, TALK, denials, numbers
from interviewer.judges.vectors import Array, Vectors
from interviewer.rubric import Point, Rubric
from interviewer.words import Word, content_stems, words

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class PointView:
    """What is wanted of one point: distinct content stems in order, and how the statement is put."""

    point: Point
    stems: tuple[str, ...]
    words: tuple[str, ...]
    new: NDArray[np.bool_]
    negated: bool
    numbers: frozenset[str]
    opposites: frozenset[str]
    all_stems: frozenset[str]


class RubricView:
    """A rubric's points one under the other. `start[p]` is the first row of point p."""

    def __init__(self, rubric: Rubric, vectors: Vectors) -> None:
        self.rubric = rubric
        self.asked = content_stems(rubric.question)
        self.points = [self._view(point) for point in rubric.points]
        stems = [stem for view in self.points for stem in view.stems]
        self.lengths = np.array([len(view.stems) for view in self.points])
        self.start: Indices = np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.intp)
        self.weights = vectors.weights(stems)
        self.new = np.concatenate([view.new for view in self.points])
        self.meanings = vectors.meanings(stems)
        self.both = np.hstack([self.meanings, vectors.spellings(stems)])
        self.place: dict[str, list[int]] = {}
        for row, stem in enumerate(stems):
            self.place.setdefault(stem, []).append(row)
        self.means = _unit(np.add.reduceat(self.meanings * self.weights[:, None], self.start, axis=0))
        partial = [_words_of(view.point.partial or view.point.statement) for view in self.points]
        self.partials = _unit(
            np.stack([(vectors.meanings(s) * vectors.weights(s)[:, None]).sum(0) for s in partial]).astype(np.float32)
        )

    def _view(self, point: Point) -> PointView:
        found = words(point.statement)
        telling = [w for w in found if w.content] or found
        spelt = {w.stem: point.statement[w.start : w.end] for w in reversed(telling)}
        stems = tuple(dict.fromkeys(w.stem for w in telling)) or ("",)
        everything = frozenset(w.stem for w in found)
        return PointView(
            point=point,
            stems=stems,
            words=tuple(spelt.get(stem, "") for stem in stems),
            new=np.array([stem not in self.asked for stem in stems]),
            negated=sum(denials(found)) % 2 == 1,
            numbers=numbers(point.statement),
            opposites=frozenset(o for stem in everything for o in OPPOSITES.get(stem, ())) - everything,
            all_stems=everything,
        )


class AnswerView:
    """An answer's words one after the other, and the sentences and clauses that they stand in."""

    def __init__(self, answer: Answer, vectors: Vectors) -> None:
        self.answer, self.vectors = answer, vectors

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        return tuple(clause for sentence in self.answer.sentences for clause in self.answer.clauses(sentence))

    @cached_property
    def words(self) -> list[Word]:
        return words(self.answer.text)

    @cached_property
    def content(self) -> list[Word]:
        return [word for word in self.words if word.content]

    @cached_property
    def stems(self) -> list[str]:
        return [word.stem for word in self.content]

    @cached_property
    def own(self) -> frozenset[str]:
        return frozenset(self.stems)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return numbers(self.answer.text)

    @cached_property
    def weights(self) -> Array:
        return self.vectors.weights(self.stems)

    @cached_property
    def meanings(self) -> Array:
        return self.vectors.meanings(self.stems)

    @cached_property
    def both(self) -> Array:
        return np.hstack([self.meanings, self.vectors.spellings(self.stems)])

    @cached_property
    def sentences(self) -> Parts:
        return Parts(self, self.answer.sentences)

    @cached_property
    def pieces(self) -> Parts:
        return Parts(self, self.clauses)


class Parts:
    """The answer cut at sentences or clauses; parts without a content word are left out."""

    def __init__(self, view: AnswerView, spans: tuple[Span, ...]) -> None:
        starts = np.array([word.start for word in view.content])
        edges = np.searchsorted(starts, [span.start for span in spans] + [len(view.answer.text)])
        kept = [i for i in range(len(spans)) if edges[i + 1] > edges[i]]
        self.spans = [spans[i] for i in kept]
        self.start: Indices = edges[kept].astype(np.intp)
        all_starts = np.array([word.start for word in view.words])
        all_edges = np.searchsorted(all_starts, [span.start for span in spans] + [len(view.answer.text)])
        self.words = [view.words[all_edges[i] : all_edges[i + 1]] for i in kept]
        self.counts = np.array([len(ws) for ws in self.words])
        self.content_counts = np.diff(np.append(self.start, len(view.content)))
        self.denials = [denials(ws) for ws in self.words]
        self.negations = np.array([sum(found) for found in self.denials])
        self.hedges = np.array([sum(w.stem in HEDGES for w in ws) for ws in self.words])
        self.talk = np.array([sum(w.stem in TALK for w in ws) for ws in self.words])
        self.stems = [frozenset(w.stem for w in ws) for ws in self.words]
        weighted = view.meanings * view.weights[:, None]
        self.means = _unit(np.add.reduceat(weighted, self.start, axis=0)) if kept else weighted
        self.weights = np.add.reduceat(view.weights, self.start) if kept else view.weights


def _words_of(text: str) -> list[str]:
    return [word.stem for word in words(text) if word.content] or [""]


def _unit(rows: Array) -> Array:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))
