"""Grading notes: a model studies labelled answers to one question and writes down what this grader demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from interviewer.agreement.labels import LabelledAnswer
from interviewer.answer import Answer
from interviewer.calibration.kept import PointNote
from interviewer.llm import ChatModel, Message, Reply
from interviewer.prompts import FencedExample, StudyLabels, StudyRepair, neutralised
from interviewer.rubric import Rubric


class _Noted(BaseModel):
    """What the model writes of one point."""

    model_config = ConfigDict(strict=True, extra="forbid")

    credit: str
    never: str
    wording: str
    excludes: list[str]


_NOTES = TypeAdapter(dict[str, _Noted])


@dataclass(frozen=True)
class Studied:
    """The notes, or why there are none."""

    notes: tuple[PointNote, ...] = ()
    fault: str = ""


async def study(model: ChatModel, rubric: Rubric, answers: Sequence[LabelledAnswer]) -> Studied:
    """Notes on every point of `rubric` from these answers; a reply that cannot be used is asked for once more.

    Raises:
        JudgeError: the model cannot be asked at all.

    """
    shown = tuple(FencedExample.of(Answer(a.text), a.verdicts) for a in answers if a.verdicts)
    messages: list[Message] = [{"role": "user", "content": StudyLabels(rubric=rubric, examples=shown).render()}]
    schema = study_schema(rubric)
    reply = await model.ask(messages, schema)
    studied = _read(reply, rubric)
    if studied.fault and reply.worth_repeating:
        repair = StudyRepair(fault=neutralised(studied.fault)).render()
        studied = _read(await model.ask([*messages, {"role": "user", "content": repair}], schema), rubric)
    return studied


def study_schema(rubric: Rubric) -> dict[str, Any]:
    """A strict JSON schema with each point id exactly once as a required key."""
    ids = [point.id for point in rubric.points]
    noted = _Noted.model_json_schema()
    return {"type": "object", "properties": dict.fromkeys(ids, noted), "required": ids, "additionalProperties": False}


def _read(reply: Reply, rubric: Rubric) -> Studied:
    if reply.failure:
        return Studied(fault=reply.failure)
    try:
        read = _NOTES.validate_json(reply.text)
    except ValidationError as error:
        detail = error.errors()[0]
        return Studied(fault=": ".join(filter(None, [".".join(map(str, detail["loc"])), detail["msg"]])))
    known = {point.id for point in rubric.points}
    if read.keys() != known:
        return Studied(
            fault=f"the keys must be the points' ids; these are not right: {', '.join(sorted(read.keys() ^ known))}"
        )
    notes = []
    for point in rubric.points:
        noted = read[point.id]
        excludes = tuple(other for other in noted.excludes if other in known - {point.id})
        texts = {name: neutralised(getattr(noted, name)) for name in ("credit", "never", "wording")}
        notes.append(PointNote(point=point.id, excludes=excludes, **texts))
    return Studied(tuple(notes))
