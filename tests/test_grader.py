from __future__ import annotations

import asyncio

import pytest
from conftest import FakeServer, make_rubric

from interviewer.answer import Answer
from interviewer.grader import grade_answer, without_contradiction
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo


class StubJudge:
    """Gives every point the same verdict and counts how often it is asked."""

    trust = "none"
    info = JudgeInfo(name="stub")

    def __init__(self, verdict: Verdict) -> None:
        self.verdict, self.asked = verdict, 0

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        self.asked += 1
        return Judged(judgements=tuple(Judgement(point=p.id, verdict=self.verdict) for p in rubric.points))


@pytest.mark.parametrize("text", ["", " \n\t", "…", "\u200b\u200b"])
def test_a_blank_answer_scores_0_and_asks_nobody(server: FakeServer, rubric: Rubric, text: str):
    grade = asyncio.run(grade_answer(server.judge(), rubric, text))
    assert grade.score == 0
    assert {j.verdict for j in grade.judgements} == {Verdict.MISSING}
    assert server.requests == []


def test_a_grade_carries_the_hashes_it_rests_on(rubric: Rubric):
    grade = asyncio.run(grade_answer(StubJudge(Verdict.COVERED), rubric, "Boil it."))
    assert (grade.rubric, grade.rubric_hash, grade.answer_hash) == ("tea", rubric.hash, Answer("Boil it.").hash)
    assert grade.judge.name == "stub"


def test_no_point_judged_is_no_score(rubric: Rubric):
    grade = asyncio.run(grade_answer(StubJudge(Verdict.UNGRADED), rubric, "Boil it."))
    assert grade.score is None
    assert grade.ungraded == ("boil", "kinds", "pot")


def test_points_that_exclude_one_another_are_not_both_credited(rubric: Rubric):
    points = [p.model_dump() for p in rubric.points]
    points[0]["excludes"] = ["pot"]
    clashing = make_rubric(points=points)
    both = tuple(Judgement(point=p.id, verdict=Verdict.COVERED) for p in rubric.points)
    assert [j.verdict for j in without_contradiction(clashing, both)] == ["ungraded", "covered", "ungraded"]
    one = (both[0], both[1], Judgement(point="pot", verdict=Verdict.MISSING))
    assert without_contradiction(clashing, one) == one
