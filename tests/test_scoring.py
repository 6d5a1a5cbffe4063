from __future__ import annotations

import pytest
from conftest import make_rubric
from hypothesis import given
from hypothesis import strategies as st

from interviewer.judgement import CREDIT, Judgement, Verdict
from interviewer.scoring import JudgeInfo, make_grade, weighted_score

RUBRIC = make_rubric()


def judged(*verdicts: str) -> list[Judgement]:
    return [Judgement(point=p.id, verdict=Verdict(v)) for p, v in zip(RUBRIC.points, verdicts, strict=True)]


@pytest.mark.parametrize(
    ("verdicts", "score"),
    [
        (("covered", "covered", "missing"), 100.0),
        (("covered", "missing", "missing"), 60.0),
        (("partial", "partial", "missing"), 50.0),
        (("missing", "covered", "covered"), 60.0),
        (("covered", "covered", "covered"), 100.0),
        (("contradicted", "covered", "missing"), 40.0),
        (("ungraded", "covered", "missing"), 100.0),
        (("ungraded", "partial", "ungraded"), 50.0),
        (("missing", "missing", "ungraded"), 0.0),
        (("ungraded", "ungraded", "covered"), None),
    ],
)
def test_the_score_is_weighted_credit_over_what_was_judged(verdicts: tuple[str, ...], score: float | None):
    assert weighted_score(RUBRIC, judged(*verdicts)) == score


def test_a_grade_names_what_is_ungraded_and_shows_its_denominator():
    grade = make_grade(RUBRIC, "0" * 16, JudgeInfo(name="local"), judged("ungraded", "covered", "missing"))
    assert grade.ungraded == ("boil",)
    assert (grade.judged_weight, grade.total_weight) == (2, 5)


def test_judgements_that_are_not_one_a_point_are_refused():
    with pytest.raises(ValueError, match="exactly one judgement"):
        weighted_score(RUBRIC, judged("covered", "covered", "covered")[:2])
    with pytest.raises(ValueError, match="exactly one judgement"):
        weighted_score(RUBRIC, [judged("covered", "covered", "covered")[0]] * 3)


_graded = st.sampled_from([v for v in Verdict if v is not Verdict.UNGRADED])


@given(st.tuples(_graded, _graded, _graded), st.integers(0, 2), _graded)
def test_a_better_verdict_never_lowers_the_score(verdicts: tuple[Verdict, ...], at: int, better: Verdict):
    worse = list(verdicts)
    if CREDIT[better] < CREDIT[worse[at]]:
        return
    improved = [*worse[:at], better, *worse[at + 1 :]]
    assert weighted_score(RUBRIC, judged(*improved)) >= weighted_score(RUBRIC, judged(*worse))


@given(st.tuples(*[st.sampled_from(list(Verdict))] * 3))
def test_a_score_is_between_0_and_100_or_absent(verdicts: tuple[Verdict, ...]):
    score = weighted_score(RUBRIC, judged(*verdicts))
    assert score is None or 0 <= score <= 100
