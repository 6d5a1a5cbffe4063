"""Thousands of mutated replies for each parser: each point ends in what the reply rightly says of it, or in a fault.

What a reply rightly says is worked out a second time here, by other means than the parsers'.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import make_rubric
from fuzz import DECISION, GOOD, TEXT, read_all_decisions, read_all_replies
from mutations import mutations

from interviewer.answer import Answer
from interviewer.judgement import NEEDS_EVIDENCE, list_verdict
from interviewer.judges.predicates import predicates_for, read_decision
from interviewer.judges.reply import read_reply
from interviewer.rubric import Point

COUNT = 3_000
RUBRIC = make_rubric()


def rightly_said(value: Any, point: Point) -> str:
    """The verdict that a point's part of a reply amounts to, if it is well-formed."""
    if not point.items:
        return str(value["verdict"])
    if value["contradicted"]:
        return "contradicted"
    proved = {found["item"] for found in value["found"] if _said(found["quote"])}
    return list_verdict(len(proved), point.need or 1).value


def _said(quote: str) -> bool:
    plain = " ".join(quote.replace("\x00", "").replace("\ud800", "").split())
    return any(char.isalnum() for char in plain) and plain.casefold() in TEXT.casefold()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_mutated_chat_reply_gives_the_verdict_that_it_states_or_none(seed: int):
    answer = Answer(TEXT)
    for text in mutations(GOOD, COUNT // 2, seed):
        reading = read_reply(text, RUBRIC, answer)
        assert reading.judgements.keys() | reading.faults.keys() == {point.id for point in RUBRIC.points}
        assert not reading.judgements.keys() & reading.faults.keys()
        for judgement in reading.judgements.values():
            part = json.loads(text.removeprefix("```json\n").removesuffix("\n```"))[judgement.point]
            assert judgement.verdict == rightly_said(part, RUBRIC[judgement.point]), text
            assert judgement.evidence or judgement.verdict not in NEEDS_EVIDENCE, text
            judgement.model_dump_json().encode()
            for span in judgement.evidence:
                assert TEXT[span.start : span.end] == span.text


@pytest.mark.parametrize("seed", [1, 2])
def test_a_mutated_decision_gives_the_probability_that_it_states_or_none(seed: int):
    names = [predicate.name for predicate in predicates_for(RUBRIC)]
    for text in mutations(DECISION, COUNT // 2, seed):
        outcomes = read_decision(text, names)
        assert list(outcomes) == names
        for name, outcome in outcomes.items():
            assert (outcome.probability is None) == bool(outcome.fault)
            if outcome.probability is not None:
                stated = [a for a in json.loads(text)["answers"] if isinstance(a, dict) and a.get("name") == name]
                assert len(stated) == 1, text
                assert outcome.probability == stated[0]["probability"]
                assert not isinstance(stated[0]["probability"], bool)
                assert 0 <= outcome.probability <= 1


def test_the_mutations_are_neither_all_harmless_nor_all_fatal():
    for outcomes in (read_all_replies(500), read_all_decisions(500)):
        assert outcomes["judged"] > 100
        assert outcomes["ungraded"] > 100
