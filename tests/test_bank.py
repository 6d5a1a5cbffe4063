"""The bank that ships: its shape, and what every rubric of it must be."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from interviewer.check import check_bank
from interviewer.resources import bank_folder
from interviewer.rubric import Bank, Kind, Rubric, Style

FOLDER = bank_folder("ai-medical-imaging-analyst")
BANK = Bank.load(FOLDER)


def test_fifty_questions_in_six_sections_in_order():
    counts = Counter(BANK.section_of(rubric.id).id for rubric in BANK)
    assert list(counts.items()) == [
        ("beginner", 5),
        ("intermediate", 10),
        ("advanced", 10),
        ("scenario-based", 10),
        ("workflow-and-tools", 10),
        ("behavioural", 5),
    ]


def test_the_bank_passes_its_own_check():
    assert check_bank(FOLDER) == []


def test_behavioural_rubrics_are_those_of_the_behavioural_section():
    behavioural = {rubric.id for rubric in BANK if rubric.style is Style.BEHAVIOURAL}
    assert behavioural == {rubric.id for rubric in BANK if BANK.section_of(rubric.id).id == "behavioural"}


@pytest.mark.parametrize("rubric", BANK.rubrics, ids=lambda rubric: rubric.id)
def test_every_rubric_is_ready_to_interview_with(rubric: Rubric):
    assert not rubric.draft
    assert 4 <= len(rubric.points) <= 9
    assert sum(point.kind is Kind.CORE for point in rubric.points) >= 2
    assert len({point.follow_up for point in rubric.points}) == len(rubric.points)
    for point in rubric.points:
        assert point.follow_up.rstrip().endswith(("?", ".")), point.id
        assert 2 <= len(re.findall(r"[.!?](?=\s|$)", point.explanation)) <= 4, point.id
        assert point.statement.endswith("."), point.id
