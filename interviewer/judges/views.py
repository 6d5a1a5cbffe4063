"""Points and answers taken apart once: their words by number, what is wanted, what was said and where.

How near their words are is in `likeness.py`, what is made of it in `features.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from interviewer.answer import Answer, Place, Span
from interviewer.judges.cues import OPPOSITES, denials, numbers
from interviewer.judges.lexicon import Lexicon
from interviewer.judges.likeness import Likeness
from interviewer.judges.vectors import Array, unit
from interviewer.rubric import Item, Point, Rubric
from interviewer.words import content_stems, raw_words, words


@dataclass(frozen=True)
class ItemView:
    """An item of a list: its text, and the codes of the content words of each of its names."""

    text: str
    names: tuple[frozenset[int], ...]

    def is_named(self, own: frozenset[int]) -> bool:
        """Whether all content words of one of its names are among an answer's."""
        return any(name <= own for name in self.names)


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
    items: tuple[ItemView, ...]


class RubricView:
    """A rubric's points one under the other. `start[p]` is the first row of point p."""

    def __init__(self, rubric: Rubric, lexicon: Lexicon) -> None:
        self.rubric, self.lexicon = rubric, lexicon
        asked = content_stems(rubric.question)
        self.asked = lexicon.content(asked)
        self.points = [_point_view(point, asked, lexicon) for point in rubric.points]
        stems = [stem for view in self.points for stem in view.stems]
        rows = lexicon.rows(np.array([lexicon.number(stem) for stem in stems]))
        self.lengths = np.array([len(view.stems) for view in self.points])
        self.start = np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.intp)
        self.point_of = np.repeat(np.arange(len(self.points)), self.lengths)
        self.weights = lexicon.vectors.weight[rows]
        self.new_weights = self.weights * np.concatenate([view.new for view in self.points])
        self.negated = np.array([view.negated for view in self.points])
        self.number_counts = np.array([len(view.numbers) for view in self.points])
        self.is_list = np.array([bool(view.items) for view in self.points])
        self.need = np.array([view.point.need or 0 for view in self.points])
        means = np.add.reduceat(lexicon.vectors.weighted[rows], self.start, axis=0)
        partials = [_sum_of(view.point.partial or view.point.statement, lexicon) for view in self.points]
        self.likeness = Likeness(stems, self.start, (unit(means), unit(np.stack(partials))), lexicon)
        self.places = Mapped({lexicon.number(s): np.array([s == other for other in stems]) for s in stems}, lexicon)
        against = {o: np.array([o in view.opposites for view in self.points]) for v in self.points for o in v.opposites}
        self.against = Mapped({lexicon.number(stem): which for stem, which in against.items()}, lexicon)


class Mapped:
    """Some few stems, each with a row of marks; `find` says where they stand among many."""

    def __init__(self, rows: dict[int, NDArray[np.bool_]], lexicon: Lexicon) -> None:
        self._rows = np.array(list(rows.values()))
        self._place = np.full(max([lexicon.base, *rows]) + 2, -1, np.int32)
        self._place[list(rows)] = np.arange(len(rows))

    def find(self, stems: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of a place in `stems` and a column in which the stem there is marked."""
        place = self._place[np.minimum(stems, len(self._place) - 1)]
        hits = np.flatnonzero(place >= 0)
        if not len(hits):
            return hits, hits
        which, column = np.nonzero(self._rows[place[hits]])
        return hits[which], column


def _point_view(point: Point, asked: frozenset[str], lexicon: Lexicon) -> PointView:
    found = words(point.statement)
    telling = [w for w in found if w.content] or found
    spelt = {w.stem: point.statement[w.start : w.end] for w in reversed(telling)}
    stems = tuple(dict.fromkeys(w.stem for w in telling)) or ("",)
    everything = frozenset(w.stem for w in found)
    return PointView(
        point=point,
        stems=stems,
        words=tuple(spelt.get(stem, "") for stem in stems),
        new=np.array([stem not in asked for stem in stems]),
        negated=sum(denials(found)) % 2 == 1,
        numbers=numbers(point.statement),
        opposites=frozenset(o for stem in everything for o in OPPOSITES.get(stem, ())) - everything,
        items=tuple(_item_view(item, lexicon) for item in point.items),
    )


def _item_view(item: Item, lexicon: Lexicon) -> ItemView:
    names = (lexicon.content(content_stems(name)) for name in item.names)
    return ItemView(item.text, tuple(name for name in names if name))


def _sum_of(text: str, lexicon: Lexicon) -> Array:
    stems = [word.stem for word in words(text) if word.content] or [""]
    rows = lexicon.rows(np.array([lexicon.number(stem) for stem in stems]))
    return np.asarray(lexicon.vectors.weighted[rows].sum(0))


class AnswerView:
    """An answer's words by their codes, and the sentences and clauses that they stand in."""

    def __init__(self, answer: Answer, lexicon: Lexicon) -> None:
        self.answer = answer
        self.sentences = answer.sentence_places
        clauses = [answer.clause_places(start, end) for start, end in self.sentences]
        said = [raw_words(answer.text, *place) for place in chain.from_iterable(clauses)]
        self.clauses: list[Place] = list(chain.from_iterable(clauses))
        self.clause_counts = list(map(len, clauses))
        self.word_counts = list(map(len, said))
        self.codes = list(map(lexicon.__getitem__, chain.from_iterable(said)))
        self.content = [code for code in self.codes if code & 1]
        self.own = frozenset(self.content)

    def span(self, place: Place) -> Span:
        """The sentence or clause that stands there."""
        start, end = place
        return Span(start=start, end=end, text=self.answer.given[start:end])
