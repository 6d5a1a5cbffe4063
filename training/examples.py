"""One epoch for the encoder: written answers with points of other questions, some made noisy, and made-up ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from interviewer.answer import Answer
from interviewer.judgement import Verdict
from interviewer.rubric import Point, Rubric
from training.data import Verdicts
from training.probes import denied

# Points of other questions that are asked of each answer as well: all missing, so that shared topic earns nothing.
STRANGERS = 2
# Of the written answers, the share to which sentences of other answers are added: what does not matter changes nothing.
NOISY = 0.15
# For each written answer, so many that are made up of a rubric's statements or their denial.
MADE_UP = 0.12


class Example(NamedTuple):
    """One answer and some points; a verdict is None where it is not known."""

    question: str
    answer: str
    points: tuple[Point, ...]
    verdicts: tuple[Verdict | None, ...]


def written(answer: Verdicts) -> Example:
    return Example(answer.rubric.question, answer.text, answer.rubric.points, tuple(answer.verdicts.values()))


class Epochs:
    """A new epoch each time it is called, in chance order."""

    def __init__(self, answers: Sequence[Verdicts], chance: random.Random) -> None:
        self.answers, self.chance = answers, chance
        self.rubrics = list({answer.rubric.hash: answer.rubric for answer in answers}.values())
        self.points = [(rubric.id, point) for rubric in self.rubrics for point in rubric.points]
        self.sentences = [span.text for answer in answers for span in Answer(answer.text).sentences]

    def __call__(self) -> list[Example]:
        examples = [self._noisy(self._with_strangers(answer)) for answer in self.answers]
        made_up = int(MADE_UP * len(self.answers))
        examples += [self._made_up(self.chance.choice(self.rubrics)) for _ in range(made_up)]
        self.chance.shuffle(examples)
        return examples

    def _with_strangers(self, answer: Verdicts) -> Example:
        """A written answer with some points of other questions, and everything in a new order."""
        strangers = []
        while len(strangers) < STRANGERS:
            rubric, point = self.chance.choice(self.points)
            if rubric != answer.rubric.id:
                strangers.append((point, Verdict.MISSING))
        asked = [*zip(answer.rubric.points, answer.verdicts.values(), strict=True), *strangers]
        self.chance.shuffle(asked)
        return written(answer)._replace(points=tuple(p for p, _ in asked), verdicts=tuple(v for _, v in asked))

    def _noisy(self, example: Example) -> Example:
        if self.chance.random() > NOISY:
            return example
        sentences = [span.text for span in Answer(example.answer).sentences]
        for _ in range(self.chance.choice([1, 1, 2, 3])):
            sentences.insert(self.chance.randint(0, len(sentences)), self.chance.choice(self.sentences))
        return example._replace(answer=" ".join(sentences))

    def _made_up(self, rubric: Rubric) -> Example:
        """Statements said plainly (covered) and denied (contradicted); what of the rest it says is unknown."""
        points = [p for p in rubric.points if not p.items] or list(rubric.points)
        said: list[str] = []
        verdicts: dict[str, Verdict] = {}
        for point in self.chance.sample(points, min(len(points), self.chance.choice([1, 2, 2, 3]))):
            deny = self.chance.random() < 0.6
            said.append(denied(point.statement, self.chance) if deny else point.statement)
            verdicts[point.id] = Verdict.CONTRADICTED if deny else Verdict.COVERED
        known = tuple(verdicts.get(point.id) for point in rubric.points)
        return Example(rubric.question, " ".join(said), rubric.points, known)
