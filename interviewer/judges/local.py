"""The local judge: no key, no network. Verdicts from a fitted model over features, guarded against answers that say nothing.

How good it is stands in `docs/local-judge.md`; the features are in `features.py`, the model in `trees.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from interviewer.answer import Answer, Span
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.judges.features import FEATURES, Reading, read
from interviewer.judges.trees import VERDICTS, Trees, log_softmax, softmax
from interviewer.judges.vectors import Array, Vectors, shipped_vectors
from interviewer.judges.views import AnswerView, RubricView
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo

DATA = Path(__file__).parent.parent / "_data"
MODEL_FILE, BLEND_FILE = DATA / "local_trees.json", DATA / "local_blend.json"
FIGURES_FILE = DATA / "local_figures.json"

# An answer with fewer content words of its own (not in the question) says nothing that could be judged.
MIN_OWN_WORDS = 3
# An answer with a smaller share of function words is a list of words: it claims nothing.
MIN_FUNCTION_WORDS = 0.16
# A point's word counts as met from here on, in likeness above chance.
MET = 0.5
# What can show a contradiction, and by what its probability is multiplied where none of them is there.
CUES = ("negations_sentence", "negations_clause", "negations_before", "opposites_sentence")
UNCUED = 0.2
_NOTHING = np.array([float(verdict is Verdict.MISSING) for verdict in VERDICTS], np.float32)
# Rubrics whose words are kept taken apart.
REMEMBERED = 4096


_Read = tuple[tuple[RubricView, AnswerView], Reading | str, Array]


class Voice(Protocol):
    """A second opinion beside the trees': log-odds (points, 4) of the verdicts."""

    def scores(self, rubric: Rubric, text: str) -> Array: ...


@dataclass(frozen=True)
class LocalModel:
    """What was fitted: trees, perhaps an encoder that weighs `weight` beside them, and below what nothing is graded."""

    version: str
    trees: Trees
    band: float
    encoder: Voice | None = None
    weight: float = 0
    temperature: float = 1

    @classmethod
    def fast(cls, path: Path = MODEL_FILE) -> LocalModel:
        """The trees alone: a millisecond for an answer."""
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if tuple(data["features"]) != FEATURES:
            raise ValueError(f"{path.name} was fitted to other features: run `python -m training.fit_features`.")
        return cls(version=data["version"], trees=Trees(data), band=data["band"])

    @classmethod
    def whole(cls) -> LocalModel:
        """The trees and the encoder: about a tenth of a second for an answer."""
        from interviewer.judges.encoder import shipped_encoder

        blend = json.loads(BLEND_FILE.read_text(encoding="utf-8"))
        return replace(cls.fast(), encoder=shipped_encoder(), **blend)

    def probabilities(self, rows: Array, asked: Iterable[tuple[Rubric, Answer]]) -> Array:
        """(rows, 4) calibrated probabilities of the features of one answer after the other."""
        if self.encoder is None:
            return without_cue(rows, self.trees.probabilities(rows))
        heard = np.concatenate([self.encoder.scores(rubric, answer.clean) for rubric, answer in asked])
        trees = log_softmax(self.trees.scores(rows) * self.trees.temperature)
        return without_cue(
            rows, softmax(((1 - self.weight) * trees + self.weight * log_softmax(heard)) / self.temperature)
        )


def without_cue(rows: Array, chances: Array) -> Array:
    """The probabilities, with `contradicted` nearly ruled out where nothing in or near the best sentence denies anything.

    By cross-validation neither model sees a contradiction without a cue, and both sometimes take plain agreement for one.
    """
    silent = rows[:, [FEATURES.index(name) for name in CUES]].sum(axis=1) == 0
    factors = np.where(np.array([v is Verdict.CONTRADICTED for v in VERDICTS]) & silent[:, None], UNCUED, 1)
    kept = chances * factors
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


class LocalJudge:
    """Judges by meaning of words, sentence by sentence. Free and private; it says how far to trust it."""

    def __init__(self, model: LocalModel | None = None, vectors: Vectors | None = None) -> None:
        self.model = model or shipped_model()
        self.vectors = vectors or shipped_vectors()
        self._views: dict[str, RubricView] = {}

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
        (judgements,) = self.judge_many([(rubric, answer)])
        return judgements

    def judge_many(self, pairs: Iterable[tuple[Rubric, Answer]]) -> list[tuple[Judgement, ...]]:
        """One tuple of judgements for each (rubric, answer), in order; faster than one at a time."""
        judged = []
        for (rubric, view), reading, chances in self._readings(pairs):
            if isinstance(reading, str):
                missing = (Judgement(point=v.point.id, verdict=Verdict.MISSING, reason=reading) for v in rubric.points)
                judged.append(tuple(missing))
            else:
                count = range(len(rubric.points))
                judged.append(tuple(self._judgement(rubric, view, reading, n, chances[n]) for n in count))
        return judged

    def probabilities_many(self, pairs: Iterable[tuple[Rubric, Answer]]) -> list[Array]:
        """For each (rubric, answer) the probabilities (points, 4) of `VERDICTS`: what `judge_many` decides by."""
        return [chances for _, _, chances in self._readings(pairs)]

    def _readings(self, pairs: Iterable[tuple[Rubric, Answer]]) -> list[_Read]:
        """Everything taken apart, with why an answer says nothing in the place of its reading."""
        asked = [(self._view(rubric), AnswerView(answer, self.vectors)) for rubric, answer in pairs]
        readings = [says_nothing(*pair) or read(*pair) for pair in asked]
        rows = [reading.values for reading in readings if not isinstance(reading, str)]
        spoken = [(r.rubric, v.answer) for (r, v), how in zip(asked, readings, strict=True) if not isinstance(how, str)]
        found = self.model.probabilities(np.concatenate(rows), spoken) if rows else np.zeros((0, len(VERDICTS)))
        result: list[_Read] = []
        used = 0
        for pair, reading in zip(asked, readings, strict=True):
            count = len(pair[0].points)
            if isinstance(reading, str):
                result.append((pair, reading, np.tile(_NOTHING, (count, 1))))
            else:
                result.append((pair, reading, found[used : used + count]))
                used += count
        return result

    def _view(self, rubric: Rubric) -> RubricView:
        if rubric.hash not in self._views:
            if len(self._views) >= REMEMBERED:
                self._views.clear()
            self._views[rubric.hash] = RubricView(rubric, self.vectors)
        return self._views[rubric.hash]

    def _judgement(self, rubric: RubricView, view: AnswerView, reading: Reading, n: int, chances: Array) -> Judgement:
        wanted = rubric.points[n]
        best = int(chances.argmax())
        verdict = VERDICTS[best]
        if chances[best] < self.model.band:
            likely = ", ".join(f"{VERDICTS[i]} {chances[i]:.0%}" for i in np.argsort(-chances)[:2])
            covered = float(chances[VERDICTS.index(Verdict.COVERED)])
            return Judgement.ungraded(wanted.point.id, f"This judge cannot tell ({likely}).", covered)
        items = tuple(item.text for item in wanted.point.items if item.text in reading.items[n])
        return Judgement(
            point=wanted.point.id,
            verdict=verdict,
            evidence=() if verdict is Verdict.MISSING else (evidence(view, reading, n),),
            reason=reason(verdict, wanted.words, reading.met[n], items, wanted.point.need),
            probability=round(float(chances[0]), 4),
            items=() if verdict is Verdict.MISSING else items,
        )


def says_nothing(rubric: RubricView, view: AnswerView) -> str:
    """Why nothing in an answer could be a claim, or an empty text."""
    if len(view.own - rubric.asked) < MIN_OWN_WORDS:
        return "The answer says nothing beyond the question."
    if len(view.words) - len(view.content) < MIN_FUNCTION_WORDS * len(view.words):
        return "The answer is a list of words; it claims nothing."
    return ""


def evidence(view: AnswerView, reading: Reading, n: int) -> Span:
    """The clause that says the most of point `n`, or its sentence where the clause alone says clearly less."""
    soft = reading.values[n, FEATURES.index("sentence_soft")]
    clause = reading.values[n, FEATURES.index("clause_soft")]
    if clause >= 0.75 * soft:
        return view.pieces.spans[int(reading.clause[n])]
    return view.sentences.spans[int(reading.sentence[n])]


def reason(verdict: Verdict, words: Sequence[str], met: Array, items: Sequence[str], need: int | None) -> str:
    """What of a point was found in the answer and what was not, in one line."""
    found = [word for word, how in zip(words, met, strict=True) if how >= MET]
    lacking = [word for word, how in zip(words, met, strict=True) if how < MET]
    opening = {
        Verdict.COVERED: "The answer says this.",
        Verdict.PARTIAL: "The answer begins this and leaves part of it out.",
        Verdict.MISSING: "No part of the answer says this.",
        Verdict.CONTRADICTED: "The answer seems to claim the opposite.",
    }[verdict]
    parts = [opening]
    if need:
        parts.append(f"{len(items)} of {need} items needed are named{': ' if items else ''}{', '.join(items)}.")
    elif verdict is not Verdict.MISSING and found:
        parts.append(f"Words met: {', '.join(found[:6])}.")
    if not need and verdict is not Verdict.COVERED and lacking:
        parts.append(f"Not met: {', '.join(lacking[:6])}.")
    return " ".join(parts)


@lru_cache(maxsize=1)
def shipped_model() -> LocalModel:
    """The best model of this installation: with the encoder where it is there."""
    return LocalModel.whole() if BLEND_FILE.exists() else LocalModel.fast()


@lru_cache(maxsize=1)
def _figures() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(FIGURES_FILE.read_text(encoding="utf-8"))
    return figures
