"""The local judge: no key, no network. A logistic model over lexical features, guarded against answers that say nothing."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from interviewer.answer import Answer, Span
from interviewer.judgement import Judgement, Verdict, list_verdict
from interviewer.judges.base import Judged
from interviewer.judges.features import FEATURES, AnswerView, Idf, best_window, features
from interviewer.rubric import Point, Rubric
from interviewer.scoring import JudgeInfo
from interviewer.words import content_stems

MODEL_FILE = Path(__file__).parent.parent / "_data" / "local_judge.json"

# An answer with fewer content words of its own (not in the question) says nothing that could be judged.
MIN_OWN_WORDS = 3


@dataclass(frozen=True)
class LocalModel:
    """What `training/fit_lexical.py` fitted: see `docs/local-judge.md`."""

    version: str
    source: str
    trust: str
    intercept: float
    weights: tuple[float, ...]
    covered: float
    partial: float
    idf: Idf

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> LocalModel:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            version=data["version"],
            source=data["source"],
            trust=data["trust"],
            intercept=data["intercept"],
            weights=tuple(data["weights"][name] for name in FEATURES),
            covered=data["thresholds"]["covered"],
            partial=data["thresholds"]["partial"],
            idf=Idf(data["documents"], data["document_counts"]),
        )

    def probability(self, values: list[float]) -> float:
        """Probability in 0–1 that the point is covered."""
        score = self.intercept + sum(weight * value for weight, value in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-score))


class LocalJudge:
    """Judges by shared words. Fast, free and private; it cannot see paraphrase well, and it says so."""

    def __init__(self, model: LocalModel | None = None) -> None:
        self.model = model or _shipped_model()

    @property
    def info(self) -> JudgeInfo:
        return JudgeInfo(name="local", model=self.model.version)

    @property
    def trust(self) -> str:
        return self.model.trust

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        return Judged(judgements=self.judge_now(rubric, answer))

    def judge_now(self, rubric: Rubric, answer: Answer) -> tuple[Judgement, ...]:
        """`judge` for callers that are not asynchronous: nothing here waits for anything."""
        view = AnswerView(answer)
        own = view.stems - content_stems(rubric.question)
        if len(own) < MIN_OWN_WORDS:
            reason = "The answer says nothing beyond the question."
            return tuple(Judgement(point=p.id, verdict=Verdict.MISSING, reason=reason) for p in rubric.points)
        return tuple(
            self._judge_list(point, view) if point.items else self._judge_point(point, rubric, view)
            for point in rubric.points
        )

    def _judge_point(self, point: Point, rubric: Rubric, view: AnswerView) -> Judgement:
        probability = self.model.probability(features(point.statement, rubric.question, view, self.model.idf))
        wanted = content_stems(point.statement)
        window = best_window(view, wanted, self.model.idf)
        shared = wanted & window.stems - content_stems(rubric.question) if window else frozenset()
        if window is None or not shared or probability < self.model.partial:
            return Judgement(
                point=point.id, verdict=Verdict.MISSING, probability=probability,
                reason="No part of the answer shares enough of this point's words.",
            )  # fmt: skip
        verdict = Verdict.COVERED if probability >= self.model.covered else Verdict.PARTIAL
        first, last = view.sentences[window.first][0], view.sentences[window.last][0]
        words = ", ".join(sorted(shared, key=self.model.idf, reverse=True)[:4])
        return Judgement(
            point=point.id,
            verdict=verdict,
            evidence=(view.answer.span(first.start, last.end),),
            reason=f"The answer shares the words {words} with this point.",
            probability=probability,
        )

    def _judge_list(self, point: Point, view: AnswerView) -> Judgement:
        found = {item.text: span for item in point.items if (span := _named(item.names, view))}
        need = point.need or 1
        missed = len(point.items) - len(found)
        return Judgement(
            point=point.id,
            verdict=list_verdict(len(found), need),
            evidence=tuple(sorted(set(found.values()), key=lambda span: span.start)),
            reason=f"{len(found)} of {len(point.items)} items found, {need} are enough."
            + (f" Found: {', '.join(found)}." if found and missed else ""),
            items=tuple(found),
        )


def _named(names: tuple[str, ...], view: AnswerView) -> Span | None:
    """The shortest stretch of a sentence that holds all content words of one of the names."""
    for name in names:
        wanted = content_stems(name)
        for span, ws in view.sentences:
            places = {word.stem: word for word in ws if word.stem in wanted}
            if wanted and places.keys() == wanted:
                start, end = min(w.start for w in places.values()), max(w.end for w in places.values())
                return view.answer.span(span.start + start, span.start + end)
    return None


@lru_cache(maxsize=1)
def _shipped_model() -> LocalModel:
    return LocalModel.load()
