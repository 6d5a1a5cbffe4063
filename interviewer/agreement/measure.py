"""Labels and grades to one report of agreement, as values: nothing is read, printed or asked here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from interviewer.agreement.bootstrap import Figure, Resampling
from interviewer.agreement.figures import Floats, score_figures, verdict_figures
from interviewer.agreement.labels import LabelSet
from interviewer.agreement.pairs import ORDER, TWO_WAYS, Pair, classes_of, coded, counted_as, pair_up
from interviewer.judgement import CREDIT, Verdict
from interviewer.scoring import Grade, JudgeInfo

_BINS = 10


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Frozen):
    """Agreement on one point or one question, covered or not; false credit and denial are counted."""

    question: str
    point: str = ""
    n: int
    accuracy: Figure
    kappa: float | None
    false_credit: int
    false_denial: int


class Bin(_Frozen):
    """Verdicts whose probability was alike: how many, their mean probability, and the share people called covered."""

    n: int
    probability: float
    covered: float


class Disagreement(_Frozen):
    """One verdict that the judge gave more credit than a person, or less, with the text."""

    question: str
    point: str
    statement: str
    text: str
    human: Verdict
    judge: Verdict
    probability: float | None
    reason: str
    place: str


class Agreement(_Frozen):
    """How a judge's verdicts on labelled answers compare with people's. All shares are in 0–1, scores in 0–100.

    `n` verdicts were judged, `ungraded` were not and are in no figure. `covered` asks of each only whether the point
    is covered; `verdicts` tells apart all `classes` that people used.
    """

    labels: str
    judge: JudgeInfo
    answers: int
    questions: int
    n: int
    ungraded: int
    covered: dict[str, Figure]
    classes: tuple[Verdict, ...]
    verdicts: dict[str, Figure]
    confusion: dict[Verdict, dict[Verdict, int]]
    scored: int
    scores: dict[str, Figure]
    by_question: tuple[Group, ...]
    by_point: tuple[Group, ...]
    reliability: tuple[Bin, ...]
    calibration_error: float | None
    false_credit: tuple[Disagreement, ...]
    false_denial: tuple[Disagreement, ...]


def measure(labels: LabelSet, grades: Sequence[Grade], judge: JudgeInfo, resampling: Resampling) -> Agreement:
    """The agreement of a judge's grades of these answers, in order, with what people said."""
    pairs = pair_up(labels.answers, grades)
    graded = [pair for pair in pairs if pair.graded]
    own = [pair for pair in graded if len(pair.label.points) == 1 < len(pair.labelled.rubric.points)]
    classes = classes_of(pairs)
    covered = _figures(graded, TWO_WAYS, resampling)
    scores = _scores(labels, grades)
    bins, error = _reliability(graded)
    return Agreement(
        labels=labels.name,
        judge=judge,
        answers=len(labels.answers),
        questions=len({answer.question for answer in labels.answers}),
        n=len(graded),
        ungraded=len(pairs) - len(graded),
        covered=covered,
        classes=classes,
        verdicts=covered if classes == TWO_WAYS else _figures(graded, classes, resampling),
        confusion=_confusion(pairs),
        scored=len(scores),
        scores=_score_figures(scores, labels.levels, resampling),
        by_question=_grouped(graded, lambda pair: (pair.labelled.question, ""), resampling),
        by_point=_grouped(own, lambda pair: (pair.labelled.question, pair.point), resampling),
        reliability=bins,
        calibration_error=error,
        false_credit=tuple(_disagreement(pair) for pair in graded if _surplus(pair, classes) > 0),
        false_denial=tuple(_disagreement(pair) for pair in graded if _surplus(pair, classes) < 0),
    )


def _figures(pairs: Sequence[Pair], classes: Sequence[Verdict], resampling: Resampling) -> dict[str, Figure]:
    human, judge = coded(pairs, classes)
    return resampling.of(lambda rows: verdict_figures(human[rows], judge[rows], len(classes)), _clusters(pairs))


def _score_figures(scores: Floats, levels: int, resampling: Resampling) -> dict[str, Figure]:
    if len(scores) < 2:
        return {}
    return resampling.of(lambda rows: score_figures(scores[rows, 0], scores[rows, 1], levels), np.arange(len(scores)))


def _scores(labels: LabelSet, grades: Sequence[Grade]) -> Floats:
    """Rows of (person's score, judge's score), of the answers that have both."""
    both = [(a.score, g.score) for a, g in zip(labels.answers, grades, strict=True)]
    return np.array([pair for pair in both if None not in pair], dtype=np.float64).reshape(-1, 2)


def _confusion(pairs: Sequence[Pair]) -> dict[Verdict, dict[Verdict, int]]:
    """How often people gave one verdict (first key) and the judge another, ungraded included."""
    counts: dict[Verdict, dict[Verdict, int]] = {}
    for pair in pairs:
        row = counts.setdefault(pair.label.verdict, dict.fromkeys((*ORDER, Verdict.UNGRADED), 0))
        row[pair.judgement.verdict] += 1
    return {verdict: counts[verdict] for verdict in ORDER if verdict in counts}


def _grouped(
    pairs: Sequence[Pair], key: Callable[[Pair], tuple[str, str]], resampling: Resampling
) -> tuple[Group, ...]:
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair), []).append(pair)
    return tuple(_group(question, point, some, resampling) for (question, point), some in groups.items())


def _group(question: str, point: str, pairs: Sequence[Pair], resampling: Resampling) -> Group:
    human, judge = coded(pairs, TWO_WAYS)
    hit = human == judge
    kappa = verdict_figures(human, judge, len(TWO_WAYS))["kappa"]
    return Group(
        question=question,
        point=point,
        n=len(pairs),
        accuracy=resampling.of(lambda rows: {"accuracy": float(hit[rows].mean())}, _clusters(pairs))["accuracy"],
        kappa=None if np.isnan(kappa) else kappa,
        false_credit=int((judge > human).sum()),
        false_denial=int((judge < human).sum()),
    )


def _clusters(pairs: Sequence[Pair]) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    return np.array([pair.answer for pair in pairs], dtype=np.intp)


def _surplus(pair: Pair, classes: Sequence[Verdict]) -> float:
    """The credit that the judge gave beyond the person's; a verdict that people never gave counts as missing."""
    return CREDIT[counted_as(pair.judgement.verdict, classes)] - CREDIT[pair.label.verdict]


def _reliability(pairs: Sequence[Pair]) -> tuple[tuple[Bin, ...], float | None]:
    """Tenths of probability, and the expected calibration error (Naeini et al. 2015): mean gap, weighted by size."""
    sure = [(pair.probability, pair.label.verdict is Verdict.COVERED) for pair in pairs if pair.probability is not None]
    if not sure:
        return (), None
    values = np.array(sure, dtype=float)
    place = np.minimum((values[:, 0] * _BINS).astype(int), _BINS - 1)
    bins = []
    for number in np.unique(place):
        probability, covered = values[place == number].mean(axis=0)
        bins.append(Bin(n=int((place == number).sum()), probability=float(probability), covered=float(covered)))
    return tuple(bins), sum(b.n * abs(b.probability - b.covered) for b in bins) / len(values)


def _disagreement(pair: Pair) -> Disagreement:
    return Disagreement(
        question=pair.labelled.question,
        point=pair.point,
        statement=pair.labelled.rubric[pair.point].statement,
        text=pair.labelled.text,
        human=pair.label.verdict,
        judge=pair.judgement.verdict,
        probability=pair.probability,
        reason=pair.judgement.reason,
        place=pair.labelled.place,
    )
