"""A chat judge's reply: the schema it is asked for, and its text read into judgements or faults. Pure.

A point whose part of the reply cannot be used never gets a verdict: it gets a fault, which the judge may mend once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from interviewer.answer import Answer, Span
from interviewer.evidence import locate_quote
from interviewer.judgement import NEEDS_EVIDENCE, Judgement, Verdict, list_verdict
from interviewer.rubric import Point, Rubric


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class PointReply(_Strict):
    """What the judge says of an ordinary point."""

    reason: str
    quotes: list[str]
    verdict: Literal["covered", "partial", "missing", "contradicted"]


class FoundItem(_Strict):
    """An item of a list point that the judge found; a rubric's own schema narrows `item` to its items."""

    item: str
    quote: str


class ListReply(_Strict):
    """What the judge says of a list point; its verdict is counted in code."""

    reason: str
    found: list[FoundItem]
    contradicted: bool
    quotes: list[str]


@dataclass
class Reading:
    """What a reply amounts to: a judgement, or a fault, for every point."""

    judgements: dict[str, Judgement] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=256)
def reply_schema(rubric: Rubric) -> dict[str, Any]:
    """A strict JSON schema with each point id exactly once as a required key. Made once per rubric: do not change it."""
    fields: dict[str, Any] = {}
    for n, point in enumerate(rubric.points):
        if point.items:
            names: Any = Literal[tuple(item.text for item in point.items)]
            found: Any = create_model(f"Found{n}", __base__=FoundItem, item=(names, ...))
            fields[point.id] = (create_model(f"List{n}", __base__=ListReply, found=(list[found], ...)), ...)
        else:
            fields[point.id] = (PointReply, ...)
    model: Any = create_model("Judgements", __config__=ConfigDict(extra="forbid"), **fields)
    return {key: _bare(value) for key, value in model.model_json_schema().items() if key != "title"}


def read_reply(text: str, rubric: Rubric, answer: Answer) -> Reading:
    """Judgements from the text of a reply; whatever is missing, doubled, malformed or unquoted is a fault."""
    reading = Reading()
    try:
        reply = json.loads(_without_code_fence(text), object_pairs_hook=Pairs)
    except (ValueError, RecursionError) as error:
        fault = f"the reply is not JSON ({error})" if isinstance(error, ValueError) else "the reply is nested too deep"
        reading.faults = {point.id: fault for point in rubric.points}
        return reading
    if not isinstance(reply, Pairs):
        reading.faults = {point.id: "the reply is not a JSON object" for point in rubric.points}
        return reading
    for point in rubric.points:
        if point.id not in reply:
            reading.faults[point.id] = "the reply leaves this point out"
        elif point.id in reply.doubled:
            reading.faults[point.id] = "the reply judges this point twice"
        else:
            _read_point(reply[point.id], point, answer, reading)
    return reading


def _read_point(value: Any, point: Point, answer: Answer, reading: Reading) -> None:
    try:
        if isinstance(value, Pairs) and value.doubled:
            reading.faults[point.id] = f"the key {min(value.doubled)!r} stands twice"
        elif point.items:
            _read_list(ListReply.model_validate(value), point, answer, reading)
        else:
            _read_plain(PointReply.model_validate(value), point, answer, reading)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "its value"
        reading.faults[point.id] = f"{place}: {first['msg']}"


def _read_plain(reply: PointReply, point: Point, answer: Answer, reading: Reading) -> None:
    verdict = Verdict(reply.verdict)
    evidence = _located(reply.quotes, answer) if verdict in NEEDS_EVIDENCE else ()
    if verdict in NEEDS_EVIDENCE and not evidence:
        reading.faults[point.id] = _unquoted(verdict, reply.quotes)
        return
    reading.judgements[point.id] = Judgement(point=point.id, verdict=verdict, evidence=evidence, reason=reply.reason)


def _read_list(reply: ListReply, point: Point, answer: Answer, reading: Reading) -> None:
    """Count the items whose quote is in the answer; unproved items that would change the verdict are a fault."""
    known = {item.text for item in point.items}
    strange = next((found.item for found in reply.found if found.item not in known), None)
    if strange is not None:
        reading.faults[point.id] = f"{strange!r} is not an item of this point"
        return
    if reply.contradicted:
        evidence = _located(reply.quotes, answer)
        if not evidence:
            reading.faults[point.id] = _unquoted(Verdict.CONTRADICTED, reply.quotes)
            return
        verdict = Verdict.CONTRADICTED
        items: tuple[str, ...] = ()
    else:
        proved = {found.item: span for found in reply.found if (span := locate_quote(found.quote, answer))}
        verdict = list_verdict(len(proved), point.need or 1)
        if list_verdict(len({found.item for found in reply.found}), point.need or 1) is not verdict:
            unproved = [found.quote for found in reply.found if found.item not in proved]
            reading.faults[point.id] = _unquoted(Verdict.COVERED, unproved)
            return
        items = tuple(item.text for item in point.items if item.text in proved)
        evidence = _distinct(proved.values())
    reading.judgements[point.id] = Judgement(
        point=point.id, verdict=verdict, evidence=evidence, reason=reply.reason, items=items
    )


def _located(quotes: list[str], answer: Answer) -> tuple[Span, ...]:
    return _distinct(span for quote in quotes if (span := locate_quote(quote, answer)))


def _distinct(spans: Any) -> tuple[Span, ...]:
    return tuple(sorted(set(spans), key=lambda span: (span.start, span.end)))


def _unquoted(verdict: Verdict, quotes: list[str]) -> str:
    if not any(quote.strip() for quote in quotes):
        return f"the verdict {verdict} comes without a quote from the answer"
    return f"the quote {_one_line(quotes[0])[:120]!r} is not in the answer"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_code_fence(text: str) -> str:
    """Servers without JSON mode often wrap the object in a Markdown code block; the block's lines are dropped."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text[text.find("\n") + 1 : -3] if "\n" in text else text[3:-3]
    return text


class Pairs(dict[str, Any]):
    """A JSON object that remembers which of its keys stood twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.doubled = frozenset(key for key in keys if keys.count(key) > 1) if len(self) < len(keys) else frozenset()


def _bare(schema: Any) -> Any:
    """The schema without titles and descriptions, which only cost tokens."""
    if isinstance(schema, Mapping):
        noise = {"title", "description"} if "type" in schema or "$ref" in schema or "enum" in schema else set()
        return {key: _bare(value) for key, value in schema.items() if key not in noise or not isinstance(value, str)}
    return [_bare(value) for value in schema] if isinstance(schema, list) else schema
