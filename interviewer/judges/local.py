"""The local judge: no key, no network. Verdicts from a fitted model over features, guarded against answers that say nothing.

How good it is stands in `docs/local-judge.md`; the features are in `features.py`, the model in `trees.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from interviewer.answer import Answer
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.judges.features import FEATURES, Reading, read_many
from interviewer.judges.lexicon import Lexicon
from interviewer.judges.trees import VERDICTS, Trees, log_softmax, softmax
from interviewer.judges.vectors import Array, Vectors, shipped_vectors
from interviewer.judges.verdicts import all_missing, judgements, not_recited, says_nothing
from interviewer.judges.views import AnswerView, RubricView
from interviewer.recital import without_recital
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo
from interviewer.suspicion import own_part, presents

DATA = Path(__file__).parent.parent / "_data"
FAST_FILE, WHOLE_FILE, BLEND_FILE = (DATA / f"local_{name}.json" for name in ("trees", "trees_whole", "blend"))
FIGURES_FILE = DATA / "local_figures.json"

# Answers taken in at once, and of these so many to one rubric read together: more gain nothing and take memory.
AT_ONCE, TOGETHER = 512, 64
_NOTHING = np.array([float(verdict is Verdict.MISSING) for verdict in VERDICTS], np.float32)
_EARNS = [VERDICTS.index(verdict) for verdict in (Verdict.COVERED, Verdict.PARTIAL)]
# Rubrics whose words are kept taken apart.
REMEMBERED = 4096


class Voice(Protocol):
    """A second opinion beside the trees': log-odds (points, 4) of the verdicts."""

    def scores(self, rubric: Rubric, text: str) -> Array: ...


class Measures(Protocol):
    """More features of an answer, beside those of `features.py`: (points, …)."""

    def features(self, rubric: Rubric, answer: Answer) -> Array: ...


@dataclass(frozen=True)
class LocalModel:
    """What was fitted: trees, and below what probability nothing is graded (`band`).

    The whole model has two readings by a small transformer besides: `meanings` are features of the trees, `encoder` speaks
    for itself and weighs `weight` beside them.
    """

    version: str
    trees: Trees
    band: float
    meanings: Measures | None = None
    encoder: Voice | None = None
    weight: float = 0
    temperature: float = 1

    @classmethod
    def fast(cls, path: Path = FAST_FILE) -> LocalModel:
        """The trees alone: a millisecond for an answer."""
        return cls(**_fitted(path, FEATURES))

    @classmethod
    def whole(cls) -> LocalModel:
        """The trees and both readings: about a tenth of a second for an answer."""
        from interviewer.judges.encoder import Encoder, shipped_weights
        from interviewer.judges.meanings import MEANINGS, Meanings

        weights, pieces = shipped_weights()
        blend = json.loads(BLEND_FILE.read_text(encoding="utf-8"))
        fitted = _fitted(WHOLE_FILE, (*FEATURES, *MEANINGS)) | blend
        return cls(**fitted, meanings=Meanings(weights, pieces), encoder=Encoder(weights, pieces))

    def probabilities(self, rows: Array, asked: Sequence[tuple[Rubric, Answer]]) -> Array:
        """(rows, 4) calibrated probabilities of the features of one answer after the other."""
        values = rows
        if self.meanings is not None:
            more = [self.meanings.features(rubric, answer) for rubric, answer in asked]
            values = np.hstack([rows, np.concatenate(more)])
        if self.encoder is None:
            return self.trees.probabilities(values)
        heard = np.concatenate([self.encoder.scores(rubric, answer.clean) for rubric, answer in asked])
        scores = blended(self.trees.scores(values) * self.trees.temperature, heard, self.weight)
        return softmax(scores / self.temperature)


def _fitted(path: Path, features: Sequence[str]) -> dict[str, Any]:
    """Version, trees and band of a file; ValueError where the trees were fitted to other features than these."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if tuple(data["features"]) != tuple(features):
        raise ValueError(f"{path.name} was fitted to other features: run `python -m training.fit_features`.")
    return {"version": data["version"], "trees": Trees(data), "band": data["band"]}


def blended(trees: Array, encoder: Array, weight: float) -> Array:
    """Log-odds of both voices as one: their log-probabilities, weighed."""
    return np.asarray((1 - weight) * log_softmax(trees) + weight * log_softmax(encoder))


class Heard(NamedTuple):
    """An answer taken apart, what it says to each point or why it says nothing, and the probabilities (points, 4)."""

    rubric: RubricView
    answer: AnswerView
    reading: Reading | str
    chances: Array

    def judged(self, band: float) -> tuple[Judgement, ...]:
        """What this amounts to."""
        if isinstance(self.reading, str):
            return all_missing(self.rubric, self.reading)
        return judgements(self.rubric, self.answer, self.reading, self.chances, band)


class Twice(NamedTuple):
    """An answer as a whole and, where it only recites its rubric, what is left of it without that."""

    whole: Heard
    own: Heard | None

    def chances(self, band: float) -> Array:
        """Of a point that the whole answer earns, or may earn, what it earns in its own words."""
        if self.own is None:
            return self.whole.chances
        whole = self.whole.chances
        earned = np.isin(whole.argmax(1), _EARNS) | (whole.max(1) < band)
        return np.where(earned[:, None], self.own.chances, whole)

    def judged(self, band: float) -> tuple[Judgement, ...]:
        """What this amounts to."""
        whole = self.whole.judged(band)
        if self.own is None:
            return whole
        return tuple(map(not_recited, whole, self.own.judged(band)))


class LocalJudge:
    """Judges by meaning of words, sentence by sentence. Free and private; it says how far to trust it."""

    def __init__(self, model: LocalModel | None = None, vectors: Vectors | None = None) -> None:
        self.model = model or shipped_model()
        self.vectors = vectors or shipped_vectors()
        self._lexicon = Lexicon(self.vectors)
        self._views: dict[str, RubricView] = {}

    def __reduce__(self) -> tuple[type[LocalJudge], tuple[LocalModel, Vectors]]:
        """Another process learns its words by itself."""
        return type(self), (self.model, self.vectors)

    @property
    def info(self) -> JudgeInfo:
        return JudgeInfo(name="local", model=self.model.version)

    @property
    def trust(self) -> str:
        return str(_figures()["trust"][self.model.version])

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        return Judged(judgements=self.judge_now(rubric, answer))

    def judge_now(self, rubric: Rubric, answer: Answer) -> tuple[Judgement, ...]:
        """`judge` for callers that are not asynchronous: nothing here waits for anything."""
        (judged,) = self.judge_many([(rubric, answer)])
        return judged

    def judge_many(self, pairs: Iterable[tuple[Rubric, Answer]]) -> list[tuple[Judgement, ...]]:
        """One tuple of judgements for each (rubric, answer), in order, to the byte as if each were judged alone.

        Faster than one at a time, above all where several are to the same rubric.
        """
        return [heard.judged(self.model.band) for heard in self._heard(pairs)]

    def probabilities_many(self, pairs: Iterable[tuple[Rubric, Answer]]) -> list[Array]:
        """For each (rubric, answer) the probabilities (points, 4) of `VERDICTS`: what `judge_many` decides by."""
        return [heard.chances(self.model.band) for heard in self._heard(pairs)]

    def _heard(self, pairs: Iterable[tuple[Rubric, Answer]]) -> Iterator[Twice]:
        waiting = iter(pairs)
        while given := list(islice(waiting, AT_ONCE)):
            some = [(rubric, own_part(rubric, answer)) for rubric, answer in given]
            own = {
                n: own
                for n, ((rubric, heard), (_, answer)) in enumerate(zip(some, given, strict=True))
                if (own := without_recital(rubric, heard, is_presented=heard is not answer and presents(answer)))
            }
            heard = self._heard_at_once([*some, *((some[n][0], answer) for n, answer in own.items())])
            again = dict(zip(own, heard[len(some) :], strict=True))
            yield from (Twice(whole, again.get(n)) for n, whole in enumerate(heard[: len(some)]))

    def _heard_at_once(self, pairs: Sequence[tuple[Rubric, Answer]]) -> list[Heard]:
        lexicon, views = self._known()
        for rubric in {rubric.hash: rubric for rubric, _ in pairs if rubric.hash not in views}.values():
            views[rubric.hash] = RubricView(rubric, lexicon)
        asked = [(views[rubric.hash], AnswerView(answer, lexicon)) for rubric, answer in pairs]
        readings: list[Reading | str] = [says_nothing(*pair) for pair in asked]
        for places in _by_rubric(asked, readings):
            read = read_many(asked[places[0]][0], [asked[place][1] for place in places])
            for place, reading in zip(places, read, strict=True):
                readings[place] = reading
        spoken = [place for place, reading in enumerate(readings) if not isinstance(reading, str)]
        rows = [reading.values for reading in readings if not isinstance(reading, str)]
        found = self.model.probabilities(np.concatenate(rows), [pairs[place] for place in spoken]) if rows else _NOTHING
        chances = [np.tile(_NOTHING, (len(rubric.points), 1)) for rubric, _ in asked]
        for place, some in zip(spoken, np.split(found, np.cumsum([len(some) for some in rows[:-1]])), strict=False):
            chances[place] = some
        return [Heard(*pair, how, some) for pair, how, some in zip(asked, readings, chances, strict=True)]

    def _known(self) -> tuple[Lexicon, dict[str, RubricView]]:
        """The words and rubrics taken apart so far; begun anew where they have become too many."""
        if self._lexicon.is_full or len(self._views) >= REMEMBERED:
            self._lexicon, self._views = Lexicon(self.vectors), {}
        return self._lexicon, self._views


def _by_rubric(asked: Sequence[tuple[RubricView, AnswerView]], silent: Sequence[Reading | str]) -> Iterator[list[int]]:
    """The places of the answers that say something, those to the same rubric together."""
    places: dict[int, list[int]] = {}
    for place, (rubric, _) in enumerate(asked):
        if not silent[place]:
            places.setdefault(id(rubric), []).append(place)
    for some in places.values():
        for start in range(0, len(some), TOGETHER):
            yield some[start : start + TOGETHER]


@lru_cache(maxsize=1)
def shipped_model() -> LocalModel:
    """The best model of this installation: with the encoder where it is there."""
    return LocalModel.whole() if BLEND_FILE.exists() else LocalModel.fast()


@lru_cache(maxsize=1)
def _figures() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(FIGURES_FILE.read_text(encoding="utf-8"))
    return figures
