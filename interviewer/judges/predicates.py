"""What the decisions judge asks about a rubric, and the text of a reply read into a probability for each. Pure.

A predicate whose part of the reply cannot be used has no probability: it has a fault.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interviewer.judges.reply import Pairs
from interviewer.prompts import DecidePredicate
from interviewer.rubric import Item, Point, Rubric

Asks = Literal["covered", "begun", "denied", "named"]


@dataclass(frozen=True)
class Predicate:
    """One statement about the answer. `name` is unique within the rubric: 'p1.covered', 'p2.named.3'."""

    name: str
    asks: Asks
    point: Point
    item: Item | None = None

    @property
    def question(self) -> dict[str, Any]:
        """The predicate as the endpoint wants it."""
        instructions = DecidePredicate(asks=self.asks, point=self.point, item=self.item).render().strip()
        return {"type": "predicate", "name": self.name, "instructions": instructions}


@dataclass(frozen=True)
class Outcome:
    """What came of one predicate: a probability in 0–1, or why there is none."""

    probability: float | None = None
    fault: str = ""


class _PredicateReply(BaseModel):
    # Extra keys are let through: the endpoint is young, and may come to say more.
    model_config = ConfigDict(strict=True)

    type: Literal["predicate"]
    probability: float = Field(ge=0, le=1, allow_inf_nan=False)


def predicates_for(rubric: Rubric) -> tuple[Predicate, ...]:
    """Three statements for an ordinary point (covered, begun, denied); for a list, one for each item, and denied."""
    found: list[Predicate] = []
    for n, point in enumerate(rubric.points, start=1):
        if point.items:
            found += [Predicate(f"p{n}.named.{i}", "named", point, item) for i, item in enumerate(point.items, start=1)]
        else:
            found += [Predicate(f"p{n}.covered", "covered", point), Predicate(f"p{n}.begun", "begun", point)]
        found.append(Predicate(f"p{n}.denied", "denied", point))
    return tuple(found)


def read_decision(text: str, names: Sequence[str]) -> dict[str, Outcome]:
    """An outcome for each name; whatever is missing, doubled, refused, malformed or out of range is a fault."""
    try:
        reply = json.loads(text, object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        return failed(names, "the reply is not JSON")
    answers = reply.get("answers") if isinstance(reply, Pairs) and not reply.doubled else None
    if not isinstance(answers, list):
        return failed(names, "the reply holds no list of answers")
    named: dict[str, list[Any]] = {}
    for answer in answers:
        if isinstance(answer, Pairs) and isinstance(answer.get("name"), str):
            named.setdefault(answer["name"], []).append(answer)
    return {name: _outcome(named.get(name, [])) for name in names}


def failed(names: Sequence[str], fault: str) -> dict[str, Outcome]:
    """The same fault for every name."""
    return {name: Outcome(fault=fault) for name in names}


def _outcome(answers: Sequence[Mapping[str, Any]]) -> Outcome:
    if len(answers) != 1:
        return Outcome(fault="the reply answers this twice" if answers else "the reply leaves this out")
    (answer,) = answers
    if isinstance(answer, Pairs) and answer.doubled:
        return Outcome(fault=f"the key {min(answer.doubled)!r} stands twice")
    if answer.get("type") == "refusal":
        return Outcome(fault="the model refused")
    try:
        return Outcome(probability=_PredicateReply.model_validate(answer).probability)
    except ValidationError as error:
        first = error.errors()[0]
        return Outcome(fault=f"{first['loc'][0]}: {first['msg']}")
