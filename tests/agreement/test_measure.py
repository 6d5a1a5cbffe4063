from __future__ import annotations

import asyncio

import pytest
from conftest import make_rubric

from interviewer.agreement.bootstrap import Resampling
from interviewer.agreement.judging import grade_all
from interviewer.agreement.labels import Label, LabelledAnswer, LabelSet
from interviewer.agreement.measure import Agreement, measure
from interviewer.agreement.page import html_page
from interviewer.answer import Answer
from interviewer.errors import AnswerTooLong
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judged
from interviewer.judges.local import LocalJudge
from interviewer.rubric import Rubric
from interviewer.scoring import Grade, JudgeInfo, make_grade

RUBRIC = make_rubric()
JUDGE = JudgeInfo(name="made-up")
POINTS = tuple(point.id for point in RUBRIC.points)


def labelled(text: str, *verdicts: str, points: tuple[tuple[str, ...], ...] | None = None) -> LabelledAnswer:
    which = points or tuple((point,) for point in POINTS)
    labels = tuple(Label(points=p, verdict=Verdict(v)) for p, v in zip(which, verdicts, strict=True))
    return LabelledAnswer(question="tea", rubric=RUBRIC, text=text, labels=labels, place="made up")


def graded(*verdicts: str, probabilities: tuple[float | None, ...] = (None, None, None)) -> Grade:
    judgements = [
        Judgement(point=p, verdict=Verdict(v), probability=q)
        for p, v, q in zip(POINTS, verdicts, probabilities, strict=True)
    ]
    return make_grade(RUBRIC, "hash", JUDGE, judgements)


def measured(*both: tuple[LabelledAnswer, Grade]) -> Agreement:
    answers, grades = zip(*both, strict=True)
    return measure(LabelSet(name="made up", answers=answers), grades, JUDGE, Resampling(20))


TWO = (
    (labelled("One <b>answer</b>.", "covered", "missing", "missing"), graded("covered", "covered", "ungraded")),
    (labelled("Another.", "covered", "partial", "missing"), graded("missing", "partial", "missing")),
)


def test_ungraded_verdicts_are_counted_and_in_no_figure():
    agreement = measured(*TWO)
    assert (agreement.n, agreement.ungraded, agreement.answers) == (5, 1, 2)
    assert agreement.confusion["missing"]["ungraded"] == 1
    assert agreement.verdicts["accuracy"].value == pytest.approx(3 / 5)


def test_covered_or_not_is_asked_apart_from_all_verdicts():
    agreement = measured(
        (labelled("One.", "covered", "partial", "missing"), graded("covered", "missing", "partial")),
        (labelled("Two.", "covered", "covered", "missing"), graded("covered", "covered", "missing")),
    )
    assert agreement.classes == ("missing", "partial", "covered")
    assert agreement.covered["accuracy"].value == 1
    assert agreement.verdicts["accuracy"].value == pytest.approx(4 / 6)


def test_false_credit_and_false_denial_are_listed_with_the_text():
    agreement = measured(*TWO)
    (credit,), (denial,) = agreement.false_credit, agreement.false_denial
    assert (credit.text, credit.point, credit.human, credit.judge) == (
        "One <b>answer</b>.",
        "kinds",
        "missing",
        "covered",
    )
    assert (denial.text, denial.point, denial.human, denial.judge) == ("Another.", "boil", "covered", "missing")


def test_a_judge_whose_partial_people_never_use_is_not_credited_for_it():
    agreement = measured((labelled("One.", "missing", "covered", "missing"), graded("partial", "covered", "missing")))
    assert agreement.classes == ("missing", "covered")
    assert agreement.false_credit == ()


def test_of_alternatives_the_best_counts_and_an_ungraded_one_only_yields_to_covered():
    either = (("boil", "kinds"),)
    agreement = measured(
        (labelled("One.", "covered", points=either), graded("missing", "covered", "missing")),
        (labelled("Two.", "covered", points=either), graded("ungraded", "covered", "missing")),
        (labelled("Three.", "missing", points=either), graded("ungraded", "missing", "missing")),
    )
    assert (agreement.n, agreement.ungraded) == (2, 1)
    assert agreement.covered["accuracy"].value == 1
    assert agreement.by_point == ()


def test_scores_follow_from_labels_on_every_point():
    agreement = measured(*TWO)
    assert agreement.scored == 2
    assert agreement.scores["mean_error"].value == pytest.approx(abs(60 - 100) / 2 + abs(80 - 20) / 2)


def test_groups_name_points_and_questions():
    agreement = measured(*TWO)
    assert [(g.point, g.n, g.false_credit, g.false_denial) for g in agreement.by_point] == [
        ("boil", 2, 0, 1),
        ("kinds", 2, 1, 0),
        ("pot", 1, 0, 0),
    ]
    assert [(g.question, g.n) for g in agreement.by_question] == [("tea", 5)]


def test_the_reliability_diagram_compares_probability_with_what_people_said():
    agreement = measured(
        (
            labelled("One.", "covered", "missing", "covered"),
            graded("covered", "covered", "covered", probabilities=(0.85, 0.81, None)),
        ),
        (
            labelled("Two.", "missing", "missing", "missing"),
            graded("missing", "missing", "missing", probabilities=(0.1, 0.1, 1.0)),
        ),
    )
    bins = {round(b.probability, 2): (b.n, b.covered) for b in agreement.reliability}
    assert bins == {0.1: (2, 0.0), 0.83: (2, 0.5), 1.0: (1, 0.0)}
    assert agreement.calibration_error == pytest.approx((2 * 0.1 + 2 * 0.33 + 1.0) / 5)


def test_the_page_shows_all_of_it_and_runs_nothing_that_a_candidate_wrote():
    page = html_page(measured(*TWO))
    assert "<svg" in page
    assert "One &lt;b&gt;answer&lt;/b&gt;." in page
    assert "<script" not in page
    assert "http" not in page, "nothing is fetched"


def test_answers_are_judged_in_order_and_one_that_is_too_long_is_ungraded():
    class Impatient(LocalJudge):
        async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
            if len(answer.text) > 100:
                raise AnswerTooLong("The answer does not fit.")
            return await super().judge(rubric, answer)

    answers = [
        labelled(text, "covered", "covered", "missing") for text in ("", "Boil the water first. " * 9, "Green tea.")
    ]
    ticks: list[int] = []
    grades = asyncio.run(grade_all(answers, Impatient(), concurrency=2, done=lambda: ticks.append(1)))
    assert [grade.score for grade in grades][:2] == [0, None]
    assert "does not fit" in grades[1]["boil"].reason
    assert len(ticks) == 3
