"""Judgements to a grade: arithmetic only, no judge, no input or output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from interviewer.judgement import CREDIT, Judgement, Verdict
from interviewer.rubric import Kind, Rubric


class JudgeInfo(BaseModel):
    """Who judged: the judge's name, the model behind it, and the fingerprints of what steers it.

    `prompt` and `calibration` are fingerprints, empty where the judge has none. `settings` are those that can
    change a verdict (temperature, effort …), as text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    model: str = ""
    prompt: str = ""
    calibration: str = ""
    settings: str = ""

    @property
    def label(self) -> str:
        """How a person would name it: 'chat (gpt-6-luna)'."""
        return f"{self.name} ({self.model})" if self.model else self.name


class Usage(BaseModel):
    """What judging cost: requests and tokens; all 0 for a judge that needs none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in Usage.model_fields})


class Grade(BaseModel):
    """One answer graded: the judgements, the score in 0–100 over what was judged, and where it all came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rubric: str
    rubric_hash: str
    answer_hash: str
    judge: JudgeInfo
    judgements: tuple[Judgement, ...]
    score: float | None = Field(ge=0, le=100)
    judged_weight: float
    total_weight: float
    flags: tuple[str, ...] = ()
    usage: Usage = Usage()

    @property
    def ungraded(self) -> tuple[str, ...]:
        """The ids of the points that nobody could judge."""
        return tuple(j.point for j in self.judgements if j.verdict is Verdict.UNGRADED)

    @property
    def failed(self) -> tuple[str, ...]:
        """The ids of the ungraded points on which judging failed; on the others a judge looked and could not tell."""
        return tuple(j.point for j in self.judgements if j.verdict is Verdict.UNGRADED and j.probability is None)

    @property
    def stable(self) -> tuple[str, ...] | None:
        """The ids of the points on which a panel was of one mind; None when no panel judged."""
        voted = [j for j in self.judgements if j.votes]
        return tuple(j.point for j in voted if j.is_stable) if voted else None

    def __getitem__(self, point: str) -> Judgement:
        return next(j for j in self.judgements if j.point == point)


def weighted_score(rubric: Rubric, judgements: Sequence[Judgement]) -> float | None:
    """The score in 0–100, to one decimal, or None when no core or supporting point was judged.

    `100 · (Σ credit · weight of all judged points) / (Σ weight of judged core and supporting points)`, at most
    100: a bonus can make up for a gap but not lift past full marks. Ungraded points are in neither sum.

    Raises:
        ValueError: the judgements are not one for each point of the rubric.

    """
    return _sums(rubric, judgements)[0]


def judged_weight(rubric: Rubric, judgements: Sequence[Judgement]) -> float:
    """The weight of the core and supporting points that were judged: the score's denominator."""
    return _sums(rubric, judgements)[1]


def make_grade(
    rubric: Rubric, answer_hash: str, judge: JudgeInfo, judgements: Sequence[Judgement], **extra: Any
) -> Grade:
    """The grade that these judgements amount to; `extra` are the fields `flags` and `usage`."""
    score, judged, total = _sums(rubric, judgements)
    return Grade(
        rubric=rubric.id,
        rubric_hash=rubric.hash,
        answer_hash=answer_hash,
        judge=judge,
        judgements=tuple(judgements),
        score=score,
        judged_weight=judged,
        total_weight=total,
        **extra,
    )


def _sums(rubric: Rubric, judgements: Sequence[Judgement]) -> tuple[float | None, float, float]:
    """The score, the weight of the core and supporting points that were judged, and that of all of them."""
    verdicts = {judgement.point: judgement.verdict for judgement in judgements}
    if len(judgements) != len(rubric.points) or verdicts.keys() != {point.id for point in rubric.points}:
        raise ValueError(f"rubric {rubric.id!r} needs exactly one judgement for each of its points")
    earned = judged = total = 0.0
    for point in rubric.points:
        verdict = verdicts[point.id]
        if point.kind is not Kind.BONUS:
            total += point.weight
            if verdict is not Verdict.UNGRADED:
                judged += point.weight
        if verdict is not Verdict.UNGRADED:
            earned += CREDIT[verdict] * point.weight
    return (round(min(100.0, 100.0 * earned / judged), 1) if judged else None), judged, total
