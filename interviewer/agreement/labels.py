"""What people said of answers: verdicts on points, scores, or both. How files of them are read is in `sources/`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from interviewer.answer import Answer
from interviewer.draft import slug
from interviewer.judgement import Judgement, Verdict
from interviewer.rubric import Kind, Point, Rubric
from interviewer.scoring import weighted_score

_VERDICTS = {
    Verdict.COVERED: ("covered", "correct", "met", "true", "yes", "1", "1.0"),
    Verdict.PARTIAL: ("partial", "partially_correct_incomplete", "0.5"),
    Verdict.MISSING: ("missing", "incorrect", "irrelevant", "non_domain", "unmet", "false", "no", "0", "0.0"),
    Verdict.CONTRADICTED: ("contradicted", "contradictory"),
}
_UNLABELLED = frozenset({"", "ungraded", "na", "n/a", "none", "null", "cannot_assess"})
_BY_WORD = {word: verdict for verdict, words in _VERDICTS.items() for word in words}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Frozen):
    """One person's verdict on one point, or on several of which any is enough (alternative reference answers)."""

    points: tuple[str, ...] = Field(min_length=1)
    verdict: Verdict


class LabelledAnswer(_Frozen):
    """One answer with what a person said of it. `question` is the data's own name for the question.

    `given_score` is in 0–100 where the person gave one; `place` says where in the data it stands, for messages.
    """

    question: str
    rubric: Rubric
    text: str
    labels: tuple[Label, ...] = ()
    given_score: float | None = Field(default=None, ge=0, le=100)
    place: str = ""

    @property
    def key(self) -> str:
        """The same for the same words to the same question: such answers are never split between two folds."""
        return f"{self.rubric.id}/{Answer(self.text).hash}"

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on each point that has one of its own."""
        return {label.points[0]: label.verdict for label in self.labels if len(label.points) == 1}

    @property
    def score(self) -> float | None:
        """The person's score in 0–100: as given, or what their verdicts on all of several points amount to."""
        if self.given_score is not None:
            return self.given_score
        verdicts = self.verdicts
        if len(verdicts) < 2 or verdicts.keys() != {point.id for point in self.rubric.points}:
            return None
        return weighted_score(self.rubric, [Judgement(point=p, verdict=v) for p, v in verdicts.items()])


class LabelSet(_Frozen):
    """Labelled answers under one name. `levels` is the number of steps of the scores' scale, 0 not counted."""

    name: str
    answers: tuple[LabelledAnswer, ...]
    levels: int = 10

    def held_aside(self) -> LabelSet:
        """Only the answers to the quarter of the questions to which nothing that ships was fitted."""
        return self.model_copy(update={"answers": tuple(a for a in self.answers if is_held_aside(a.question))})


def is_held_aside(question: str) -> bool:
    """Whether a question belongs, by the hash of its name, to the quarter that is only ever measured."""
    return hashlib.sha256(question.encode()).digest()[0] < 64


def read_verdict(word: object) -> Verdict | None:
    """The verdict that a label stands for, None where it stands for none.

    `read_verdict("TRUE") is Verdict.COVERED`

    Raises:
        ValueError: a word that is no label.

    """
    text = str("" if word is None else word).strip().lower()
    if text in _UNLABELLED:
        return None
    if text not in _BY_WORD:
        raise ValueError(
            f"the label {str(word)!r} is not known; use {', '.join(words[0] for words in _VERDICTS.values())}"
        )
    return _BY_WORD[text]


def rubric_from_statements(
    name: str, question: str, statements: Sequence[str], weights: Iterable[float] = ()
) -> Rubric:
    """A rubric for data that has none: each statement or reference answer is a point. Weights default to 1."""
    given = list(weights) or [1.0] * len(statements)
    ids: list[str] = []
    for number, statement in enumerate(statements, 1):
        stem = _short(statement) or f"point-{number}"
        ids.append(stem if stem not in ids else f"{stem}-{number}")
    return Rubric(
        id=_short(name) or "question",
        question=question,
        draft=True,
        points=tuple(
            Point(
                id=id_, statement=statement, kind=Kind.CORE, weight=weight,
                follow_up="Can you say more about that?", explanation=statement,
            )
            for id_, statement, weight in zip(ids, statements, given, strict=True)
        ),
    )  # fmt: skip


def _short(text: str) -> str:
    """A slug of at most 40 characters, whole words where possible."""
    made = slug(text)
    return made if len(made) <= 40 else made[:41].rpartition("-")[0] or made[:40]
