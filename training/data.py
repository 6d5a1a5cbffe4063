"""The labelled verdicts of `training/answers/`, and how they are split: whole fields, and of the bank whole questions.

`test` is only ever measured; `tune` chooses between models, blends and thresholds; `fit` is what models are fitted to. The
fields of `test` were written last, by authors who saw neither models nor figures; the bank's questions were drawn by a hash
before any model was fitted. How labels are given is in `LABELLING.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import yaml

from interviewer.answer import Answer
from interviewer.judgement import Verdict
from interviewer.rubric import Point, Rubric, load_rubric

ROOT = Path(__file__).parent.parent
BANK = "ai-medical-imaging-analyst"
SPLITS = ("fit", "tune", "test")
TEST_FIELDS = ("cloud-operations", "ecology", "public-health", "sales-and-negotiation")
TUNE_FIELDS = ("cybersecurity", "machine-learning", "statistics")
# How many of the bank's questions go to (test, tune); the rest is for fitting.
QUESTIONS_ASIDE = (12, 8)


class Verdicts(NamedTuple):
    """One answer with its labels: the answer `index` of the file `<source>.yaml`."""

    field: str
    rubric: Rubric
    source: str
    index: int
    style: str
    text: str
    verdicts: dict[str, Verdict]

    @property
    def pairs(self) -> Iterator[Pair]:
        for point in self.rubric.points:
            yield Pair(self, point, self.verdicts[point.id])


class Pair(NamedTuple):
    """One answer, one point, one verdict."""

    of: Verdicts
    point: Point
    verdict: Verdict


def read_answers(path: Path, root: Path = ROOT) -> Iterator[Verdicts]:
    """The labelled answers of one file. ValueError where it is no such file, or a label is missing or too many."""
    field, data = path.parent.name, yaml.safe_load(path.read_text(encoding="utf-8"))
    if "answers" not in data:
        raise ValueError(f"{path}: not a file of labelled answers; those are in training/answers/.")
    folder = root / "rubrics" if field == BANK else root / "training/rubrics"
    rubric = load_rubric(folder / field / f"{data['rubric']}.yaml")
    for index, entry in enumerate(data["answers"]):
        verdicts = {point: Verdict(verdict) for point, verdict in entry["verdicts"].items()}
        if verdicts.keys() != {point.id for point in rubric.points}:
            raise ValueError(f"{path}: answer {index}: the labels do not name every point once.")
        # In the order of the rubric, which is the order that models answer in.
        ordered = {point.id: verdicts[point.id] for point in rubric.points}
        yield Verdicts(field, rubric, path.stem, index, entry["style"], entry["text"], ordered)


class Corpus:
    """All labelled answers under a repository root."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root

    @cached_property
    def answers(self) -> tuple[Verdicts, ...]:
        files = sorted((self.root / "training/answers").glob("*/*.yaml"))
        return tuple(answer for path in files for answer in read_answers(path, self.root))

    @cached_property
    def _aside(self) -> dict[str, str]:
        names = _by_hash(path.stem for path in (self.root / "rubrics" / BANK).glob("*.yaml") if path.stem != "bank")
        test, tune = QUESTIONS_ASIDE
        aside = dict.fromkeys(TEST_FIELDS, "test") | dict.fromkeys(TUNE_FIELDS, "tune")
        return aside | dict.fromkeys(names[:test], "test") | dict.fromkeys(names[test : test + tune], "tune")

    def split_of(self, answer: Verdicts) -> str:
        """`fit`, `tune` or `test`."""
        return self._aside.get(answer.rubric.id if answer.field == BANK else answer.field, "fit")

    def split(self, *names: str) -> list[Verdicts]:
        """The answers of these splits."""
        return [answer for answer in self.answers if self.split_of(answer) in names]


def group(answer: Verdicts) -> str:
    """What cross-validation never tears apart: a field, or a question of the bank."""
    return answer.rubric.id if answer.field == BANK else answer.field


def pairs(answers: Iterable[Verdicts]) -> list[Pair]:
    """Every (answer, point, verdict)."""
    return [pair for answer in answers for pair in answer.pairs]


def as_answer(pair: Pair) -> Answer:
    return Answer(pair.of.text)


def _by_hash(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
