"""A person's verdict beside the judge's, point by point: what every figure of agreement is computed from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interviewer.agreement.labels import Label, LabelledAnswer
from interviewer.judgement import CREDIT, Judgement, Verdict
from interviewer.scoring import Grade

ORDER = (Verdict.MISSING, Verdict.CONTRADICTED, Verdict.PARTIAL, Verdict.COVERED)
"""Verdicts from the least credit to the most; the class of a verdict is its place here."""


@dataclass(frozen=True)
class Pair:
    """One label and the judgement that answers it. `answer` is the number of the answer among those labelled."""

    answer: int
    labelled: LabelledAnswer
    label: Label
    judgement: Judgement

    @property
    def point(self) -> str:
        """The point that was judged; of alternatives, the one that fared best."""
        return self.judgement.point

    @property
    def graded(self) -> bool:
        """Whether the judge gave a verdict at all."""
        return self.judgement.verdict is not Verdict.UNGRADED

    @property
    def probability(self) -> float | None:
        """The judge's probability that the point is covered."""
        return self.judgement.probability


def pair_up(answers: Sequence[LabelledAnswer], grades: Sequence[Grade]) -> tuple[Pair, ...]:
    """One pair for each label; `grades` are those of the answers, in order."""
    return tuple(
        Pair(number, labelled, label, _best(label, grade))
        for number, (labelled, grade) in enumerate(zip(answers, grades, strict=True))
        for label in labelled.labels
    )


TWO_WAYS = (Verdict.MISSING, Verdict.COVERED)
"""The plain question that every set of labels answers: is the point covered or not?"""


def classes_of(pairs: Sequence[Pair]) -> tuple[Verdict, ...]:
    """The verdicts that people gave, least credit first; always with `missing` and `covered`."""
    used = {pair.label.verdict for pair in pairs} | {Verdict.MISSING, Verdict.COVERED}
    return tuple(verdict for verdict in ORDER if verdict in used)


def counted_as(verdict: Verdict, classes: Sequence[Verdict]) -> Verdict:
    """The class that a verdict counts as: one that is not among the classes counts as missing."""
    return verdict if verdict in classes else Verdict.MISSING


def coded(pairs: Sequence[Pair], classes: Sequence[Verdict]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """People's verdicts and the judge's as places in `classes`."""
    human = [classes.index(counted_as(pair.label.verdict, classes)) for pair in pairs]
    judge = [classes.index(counted_as(pair.judgement.verdict, classes)) for pair in pairs]
    return np.array(human, dtype=np.intp), np.array(judge, dtype=np.intp)


def _best(label: Label, grade: Grade) -> Judgement:
    """The judgement of the point, or of the best of several alternatives: most credit, then highest probability.

    One alternative that nobody could judge leaves the label ungraded, unless another one is covered.
    """
    found = [grade[point] for point in label.points]
    graded = [j for j in found if j.verdict is not Verdict.UNGRADED]
    best = max(graded, key=lambda j: (CREDIT[j.verdict], j.probability or 0.0), default=None)
    if best is None or (len(graded) < len(found) and best.verdict is not Verdict.COVERED):
        return next(j for j in found if j.verdict is Verdict.UNGRADED)
    return best
