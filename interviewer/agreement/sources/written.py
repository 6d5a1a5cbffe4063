"""Answers with their labels in YAML, one file a rubric: the form of `training/answers`, pleasant to write by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from interviewer.agreement.labels import Label, LabelledAnswer, LabelSet
from interviewer.errors import InputError
from interviewer.judgement import Verdict
from interviewer.rubric import Rubric
from interviewer.yaml_source import line_of, load_yaml


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str
    verdicts: dict[str, Verdict]


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    rubric: str
    answers: list[_Written]


def read(path: Path, find_rubric: Callable[[str], Rubric]) -> LabelSet:
    """The answers of one file, or of all YAML files under a folder."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    return LabelSet(
        name=path.resolve().stem, answers=tuple(answer for file in files for answer in _read_file(file, find_rubric))
    )


def _read_file(path: Path, find_rubric: Callable[[str], Rubric]) -> list[LabelledAnswer]:
    try:
        data = _File.model_validate(load_yaml(path))
    except ValidationError as error:
        detail = error.errors()[0]
        line = line_of(path, [step for step in detail["loc"] if step != "[key]"])
        raise InputError(f"{path}:{line}: {'.'.join(map(str, detail['loc']))}: {detail['msg']}.") from None
    rubric = find_rubric(data.rubric)
    answers = []
    for n, written in enumerate(data.answers):
        place = f"{path}:{line_of(path, ['answers', n])}"
        for point in written.verdicts:
            if point not in {known.id for known in rubric.points}:
                raise InputError(f"{place}: rubric {rubric.id!r} has no point {point!r}.")
        labels = tuple(Label(points=(p,), verdict=v) for p, v in written.verdicts.items() if v is not Verdict.UNGRADED)
        answers.append(LabelledAnswer(question=rubric.id, rubric=rubric, text=written.text, labels=labels, place=place))
    return answers
