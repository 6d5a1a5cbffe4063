"""The good replies that the fuzz tests mutate, and counts of what becomes of the mutated ones."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from conftest import make_rubric
from mutations import mutations

from interviewer.answer import Answer
from interviewer.judgement import Verdict, list_verdict
from interviewer.judges.decisions import Thresholds, judge_point
from interviewer.judges.predicates import predicates_for, read_decision
from interviewer.judges.reply import read_reply
from interviewer.rubric import Point

TEXT = "First the water has to boil. I take Assam, or a green one, and I warm the pot."
GOOD: dict[str, Any] = {
    "boil": {"reason": "It says so.", "quotes": ["the water has to boil"], "verdict": "covered"},
    "kinds": {
        "reason": "Two kinds.",
        "found": [{"item": "black", "quote": "Assam"}, {"item": "green", "quote": "a green one"}],
        "contradicted": False,
        "quotes": [],
    },
    "pot": {"reason": "No reason why.", "quotes": ["I warm the pot"], "verdict": "partial"},
}
_LIKELY = [0.97, 0.99, 0.01, 0.9, 0.95, 0.02, 0.01, 0.2, 0.8, 0.1]
DECISION: dict[str, Any] = {
    "model": "gpt-6-luna",
    "answers": [
        {"type": "predicate", "name": predicate.name, "probability": probability}
        for predicate, probability in zip(predicates_for(make_rubric()), _LIKELY, strict=True)
    ],
}


def read_all_replies(count: int) -> Counter[str]:
    """Points of mutated chat replies that are 'judged', 'ungraded' and 'wrong', and the number of 'replies'."""
    rubric, answer, found = make_rubric(), Answer(TEXT), Counter[str]()
    for text in mutations(GOOD, count):
        reading = read_reply(text, rubric, answer)
        found += Counter(replies=1, judged=len(reading.judgements), ungraded=len(reading.faults))
        found["wrong"] += sum(j.verdict != rightly_said(text, rubric[j.point]) for j in reading.judgements.values())
    return found


def read_all_decisions(count: int) -> Counter[str]:
    """The same for replies of the Decisions endpoint."""
    rubric, answer, found = make_rubric(), Answer(TEXT), Counter[str]()
    predicates = predicates_for(rubric)
    for text in mutations(DECISION, count):
        outcomes = read_decision(text, [predicate.name for predicate in predicates])
        for point in rubric.points:
            asked = {p: outcomes[p.name] for p in predicates if p.point == point}
            verdict = judge_point(point, asked, answer, Thresholds()).verdict
            found["ungraded" if verdict is Verdict.UNGRADED else "judged"] += 1
        found["wrong"] += sum(
            [outcome.probability] != stated(text, name) for name, outcome in outcomes.items() if not outcome.fault
        )
        found["replies"] += 1
    return found


def rightly_said(text: str, point: Point) -> str:
    """The verdict that a chat reply's part for a point amounts to, if it is well-formed."""
    value = json.loads(text.removeprefix("```json\n").removesuffix("\n```"))[point.id]
    if not point.items:
        return str(value["verdict"])
    if value["contradicted"]:
        return "contradicted"
    proved = {found["item"] for found in value["found"] if _said(found["quote"])}
    return list_verdict(len(proved), point.need or 1).value


def _said(quote: str) -> bool:
    plain = " ".join(quote.replace("\x00", "").replace("\ud800", "").split())
    return any(char.isalnum() for char in plain) and plain.casefold() in TEXT.casefold()


def stated(text: str, name: str) -> list[float]:
    """Every probability that a reply of the Decisions endpoint states under a name."""
    answers = [answer for answer in json.loads(text)["answers"] if isinstance(answer, dict)]
    return [answer["probability"] for answer in answers if answer.get("name") == name]
