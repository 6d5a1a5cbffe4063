"""Cross-validation over answers: which fold an answer is in, and what a candidate gains on answers it has not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from interviewer.agreement.bootstrap import Resampling
from interviewer.agreement.labels import LabelledAnswer
from interviewer.agreement.pairs import Pair, classes_of, counted_as
from interviewer.calibration.kept import Gain, Part

_INTERVAL_IN_ERRORS = 2 * 1.96  # a 95 % interval is this many standard errors wide


def folds_of(answers: Sequence[LabelledAnswer], folds: int) -> tuple[int, ...]:
    """The fold of each answer: even over each question, by hash, equal texts together."""
    fold: dict[str, int] = {}
    for rubric in dict.fromkeys(answer.rubric.id for answer in answers):
        keys = sorted(
            {a.key for a in answers if a.rubric.id == rubric}, key=lambda k: hashlib.sha256(k.encode()).digest()
        )
        fold |= {key: number % folds for number, key in enumerate(keys)}
    return tuple(fold[answer.key] for answer in answers)


def gain_of(part: Part, before: Sequence[Pair], after: Sequence[Pair], resampling: Resampling, note: str = "") -> Gain:
    """What `after` gains in agreement over `before`, verdict by verdict; an ungraded verdict agrees with nobody.

    It is kept when the gain is larger than its standard error (the bootstrap's, over answers).
    """
    classes = classes_of(before)
    hits = np.array([[_agrees(pair, classes) for pair in pairs] for pairs in (before, after)], dtype=float)
    steps = hits[1] - hits[0]
    clusters = np.array([pair.answer for pair in before])
    figure = resampling.of(lambda rows: {"gain": float(steps[rows].mean())}, clusters)["gain"]
    gain = figure.value or 0.0
    error = (
        (figure.high - figure.low) / _INTERVAL_IN_ERRORS if figure.high is not None and figure.low is not None else 1.0
    )
    return Gain(
        part=part,
        verdicts=len(before),
        before=round(float(hits[0].mean()), 4),
        after=round(float(hits[1].mean()), 4),
        gain=round(gain, 4),
        low=figure.low,
        high=figure.high,
        kept=gain > error,
        note=note,
    )


def _agrees(pair: Pair, classes: Sequence[object]) -> bool:
    return pair.graded and counted_as(pair.judgement.verdict, classes) is pair.label.verdict  # type: ignore[arg-type]  # verdicts
