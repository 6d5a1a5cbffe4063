"""The models that are compared: each maps answers to four probabilities for every point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from interviewer.answer import Answer
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.judges.trees import VERDICTS, softmax
from interviewer.judges.vectors import Array
from interviewer.rubric import Rubric
from interviewer.words import content_stems
from training.data import Verdicts
from training.lexical import AnswerView, Idf, features

Asked = Sequence[tuple[Rubric, str]]
Rival = Callable[[Asked], NDArray[np.float64]]
"""(answers) -> probabilities, one row for each point of each answer, in the order of `VERDICTS`."""

MIN_COUNT = 3


def lexical(fit: Sequence[Verdicts]) -> Rival:
    """The first version of this judge, fitted to the same labels: logistic regression over six lexical features."""
    counts: Counter[str] = Counter()
    for answer in fit:
        counts.update(content_stems(answer.text))
    idf = Idf(len(fit), {stem: n for stem, n in counts.items() if n >= MIN_COUNT})

    def rows(asked: Asked) -> list[list[float]]:
        return [
            features(point.statement, rubric.question, view, idf)
            for rubric, text in asked
            for view in [AnswerView(Answer(text))]
            for point in rubric.points
        ]

    model = LogisticRegression(max_iter=2000)
    model.fit(rows([(a.rubric, a.text) for a in fit]), [VERDICTS.index(v) for a in fit for v in a.verdicts.values()])
    return lambda asked: np.asarray(model.predict_proba(rows(asked)))


def constant(asked: Asked) -> NDArray[np.float64]:
    """Everything missing."""
    count = sum(len(rubric.points) for rubric, _ in asked)
    return np.tile([0.0, 0.0, 1.0, 0.0], (count, 1))


def judged(model: LocalModel) -> Rival:
    """The judge as it ships: guards before the model, the band left aside."""
    judge = LocalJudge(model)

    def rival(asked: Asked) -> NDArray[np.float64]:
        return np.concatenate(judge.probabilities_many((rubric, Answer(text)) for rubric, text in asked))

    return rival


class Remembering:
    """Both readings of the whole model, made once for what several rivals want to know."""

    def __init__(self, model: LocalModel) -> None:
        self.model = model
        self._scores: dict[tuple[str, str], Array] = {}
        self._features: dict[tuple[str, str], Array] = {}

    def scores(self, rubric: Rubric, text: str) -> Array:
        key = rubric.hash, text
        if key not in self._scores:
            self._scores[key] = self.model.encoder.scores(rubric, text)
        return self._scores[key]

    def features(self, rubric: Rubric, answer: Answer) -> Array:
        key = rubric.hash, answer.text
        if key not in self._features:
            self._features[key] = self.model.meanings.features(rubric, answer)
        return self._features[key]

    def alone(self, asked: Asked) -> NDArray[np.float64]:
        """What the encoder would say without trees and guards."""
        return np.concatenate([softmax(self.scores(rubric, Answer(text).clean)) for rubric, text in asked])


def rivals(fit: Sequence[Verdicts]) -> dict[str, Rival]:
    """Every model by the name that the table gives it, the weakest first."""
    whole = LocalModel.whole()
    read = Remembering(whole)
    return {
        "everything missing": constant,
        "lexical logistic (first version)": lexical(fit),
        "trees (`local:fast`)": judged(LocalModel.fast()),
        "trees with sentence meanings": judged(replace(whole, meanings=read, encoder=None)),
        "encoder alone": read.alone,
        "trees, meanings and encoder (`local`)": judged(replace(whole, meanings=read, encoder=read)),
    }


def said(probabilities: NDArray[np.float64]) -> list[str]:
    """The likeliest verdict of each row."""
    return [str(VERDICTS[i]) for i in probabilities.argmax(1)]
