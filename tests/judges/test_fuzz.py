"""Thousands of mutated replies for each parser: each point ends in what the reply rightly says of it, or in a fault.

What a reply rightly says is worked out a second time in `fuzz.py`, by other means than the parsers'.
"""

from __future__ import annotations

import pytest
from conftest import make_rubric
from fuzz import DECISION, GOOD, TEXT, read_all_decisions, read_all_replies, rightly_said, stated
from mutations import mutations

from interviewer.answer import Answer
from interviewer.judgement import NEEDS_EVIDENCE
from interviewer.judges.predicates import predicates_for, read_decision
from interviewer.judges.reply import read_reply

COUNT = 3_000
RUBRIC = make_rubric()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_mutated_chat_reply_gives_the_verdict_that_it_states_or_none(seed: int):
    answer = Answer(TEXT)
    for text in mutations(GOOD, COUNT // 2, seed):
        reading = read_reply(text, RUBRIC, answer)
        assert reading.judgements.keys() | reading.faults.keys() == {point.id for point in RUBRIC.points}
        assert not reading.judgements.keys() & reading.faults.keys()
        for judgement in reading.judgements.values():
            assert judgement.verdict == rightly_said(text, RUBRIC[judgement.point]), text
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
                assert [outcome.probability] == stated(text, name), text
                assert 0 <= outcome.probability <= 1


def test_the_mutations_are_neither_all_harmless_nor_all_fatal():
    for outcomes in (read_all_replies(500), read_all_decisions(500)):
        assert outcomes["wrong"] == 0
        assert outcomes["judged"] > 100
        assert outcomes["ungraded"] > 100
