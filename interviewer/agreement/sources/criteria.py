"""The JSON form {prompt, rubric, items} in which several graders exchange data: criteria with weights, MET or UNMET.

A criterion with a weight below zero asks for what an answer must not say. Rubrics here have no such points: it is
read as a point of the same weight above zero that a label can still speak of, and the score is left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interviewer.agreement.labels import Label, LabelledAnswer, LabelSet, read_verdict, rubric_from_statements
from interviewer.errors import InputError
from interviewer.rubric import Rubric
from interviewer.yaml_source import read_text


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Criterion(_Given):
    requirement: str = Field(min_length=3)
    weight: float = 1


class _Item(_Given):
    submission: str
    ground_truth: list[Any] | None = None
    prompt: str | None = None
    rubric: list[_Criterion] | None = None


class _Data(_Given):
    name: str = ""
    prompt: str | None = None
    rubric: list[_Criterion] | None = None
    items: list[_Item]


def read(path: Path) -> LabelSet:
    """Every item with its ground truth, of one file or of all JSON files under a folder."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    return LabelSet(name=path.resolve().stem, answers=tuple(answer for file in files for answer in _read_file(file)))


def _read_file(path: Path) -> list[LabelledAnswer]:
    try:
        data = _Data.model_validate(json.loads(read_text(path)))
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(map(str, detail["loc"]))
        raise InputError(f"{path}: {where}: {detail['msg']}. The form is {{prompt, rubric, items}}.") from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}.") from None
    rubrics: dict[str, Rubric] = {}
    return [_read_item(item, data, rubrics, f"{path}: item {n}") for n, item in enumerate(data.items, 1)]


def _read_item(item: _Item, data: _Data, rubrics: dict[str, Rubric], place: str) -> LabelledAnswer:
    wanted, prompt = item.rubric or data.rubric or [], item.prompt or data.prompt or ""
    if not wanted or len(prompt) < 3:
        raise InputError(f"{place}: neither it nor the file has both a rubric and a prompt.")
    truth = item.ground_truth or []
    if truth and len(truth) != len(wanted):
        raise InputError(f"{place}: {len(truth)} labels in ground_truth for {len(wanted)} criteria.")
    key = json.dumps([prompt, [criterion.requirement for criterion in wanted]])
    if key not in rubrics:
        name = " ".join(filter(None, [data.name, str(len(rubrics) + 1) if rubrics else ""])) or prompt
        weights = [min(10.0, abs(criterion.weight) or 1.0) for criterion in wanted]
        statements = [" ".join(criterion.requirement.split()) for criterion in wanted]
        rubrics[key] = rubric_from_statements(name, prompt[:2000], statements, weights)
    rubric = rubrics[key]
    try:
        verdicts = [read_verdict(word) for word in truth]
    except ValueError as error:
        raise InputError(f"{place}: {error}.") from None
    labels = [Label(points=(p.id,), verdict=v) for p, v in zip(rubric.points, verdicts, strict=False) if v]
    return LabelledAnswer(question=rubric.id, rubric=rubric, text=item.submission, labels=tuple(labels), place=place)
