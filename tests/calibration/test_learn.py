"""Learning with queued replies: what the judge is shown, what is kept, and that no answer is judged by its own labels."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import FakeServer, make_rubric

from interviewer.agreement.bootstrap import Resampling
from interviewer.agreement.labels import Label, LabelledAnswer
from interviewer.answer import Answer
from interviewer.calibration.examples import choose_examples
from interviewer.calibration.kept import Calibration, Setting
from interviewer.calibration.learn import Learning
from interviewer.calibration.validate import folds_of
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judge, Judged
from interviewer.judges.mapped import MappedJudge
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo

POINT = {"follow_up": "What else comes to mind?", "explanation": "It matters because it does."}
BOIL = make_rubric(points=[{"id": "boil", "statement": "The water has to boil before it is poured.", **POINT}])
NOTE = {"boil": {"credit": "Hot is enough.", "never": "Warm.", "wording": "", "excludes": []}}


def labelled(text: str, verdict: str) -> LabelledAnswer:
    labels = (Label(points=("boil",), verdict=Verdict(verdict)),)
    return LabelledAnswer(question="tea", rubric=BOIL, text=text, labels=labels)


ANSWERS = [labelled(f"The water number {n} is hot.", "covered") for n in range(4)]


def says(verdict: str) -> dict[str, Any]:
    return {"boil": {"reason": "So.", "quotes": [] if verdict == "missing" else ["is hot"], "verdict": verdict}}


def learn(judge: Judge, answers: list[LabelledAnswer] = ANSWERS, **setting: Any) -> Calibration:
    learning = Learning(judge, answers, Setting(**setting), resampling=Resampling(200), concurrency=1)
    return asyncio.run(learning.learn())


def test_notes_that_help_on_unseen_answers_are_kept_and_examples_that_add_nothing_are_not(server: FakeServer):
    for _ in ANSWERS:
        server.replies(says("missing"))  # as the judge is
    for _ in range(2):  # each of two folds: notes are written from the other, then judged with
        server.replies(NOTE).replies(says("covered")).replies(says("covered"))
    for _ in ANSWERS:
        server.replies(says("covered"))  # with examples on top
    server.replies(NOTE)  # the notes that are kept come from all answers
    learned = learn(server.judge(), folds=2)
    notes, examples = learned.gains
    assert (notes.part, notes.before, notes.after, notes.kept) == ("notes", 0, 1, True)
    assert (examples.part, examples.gain, examples.kept) == ("examples", 0, False)
    (kept,) = learned.rubrics
    assert kept.hash == BOIL.hash
    assert [(note.point, note.credit) for note in kept.notes] == [("boil", "Hot is enough.")]
    assert kept.examples == ()


def test_what_is_learned_of_an_answer_never_comes_from_its_own_labels(server: FakeServer):
    for _ in ANSWERS:
        server.replies(says("missing"))
    for _ in range(2):
        server.replies(NOTE).replies(says("missing")).replies(says("missing"))
    for _ in ANSWERS:
        server.replies(says("missing"))
    learn(server.judge(), folds=2)
    studies = [
        r["messages"][0]["content"] for r in server.requests if "examiner. One grader" in r["messages"][0]["content"]
    ]
    folds = folds_of(ANSWERS, 2)
    for fold, prompt in enumerate(studies):
        for answer, its in zip(ANSWERS, folds, strict=True):
            assert (answer.text in prompt) == (its != fold)
    with_examples = [r for r in server.requests if "BEGIN EXAMPLE" in r["messages"][0]["content"]]
    assert len(with_examples) == 4
    for request in with_examples:
        judged = request["messages"][1]["content"].split("\n")[1]
        assert judged not in request["messages"][0]["content"]


def test_a_study_that_fails_twice_leaves_no_notes_and_says_so(server: FakeServer):
    for _ in ANSWERS:
        server.replies(says("missing"))
    for _ in range(2):
        server.replies({"pot": NOTE["boil"]}).replies("no notes").replies(says("missing")).replies(says("missing"))
    for _ in ANSWERS:
        server.replies(says("missing"))
    learned = learn(server.judge(), folds=2)
    assert not learned.gains[0].kept
    assert "Some notes could not be written" in learned.gains[0].note
    repair = next(r for r in server.requests if "cannot be used as it stands" in r["messages"][-1]["content"])
    assert "these are not right: boil, pot" in repair["messages"][-1]["content"]


def test_the_calibrated_prompt_holds_notes_and_examples_and_never_the_answer_itself(server: FakeServer):
    for _ in range(2):
        server.replies(says("covered"))
    plain = server.judge()
    shown = choose_examples(ANSWERS, 3)
    kept = {"rubric": "tea", "hash": BOIL.hash, "notes": [{"point": "boil", **NOTE["boil"]}], "examples": shown}
    judge = plain.calibrated(Calibration.model_validate({"judge": plain.info, "rubrics": [kept]}))
    assert judge.info.calibration
    assert judge.info.prompt == plain.info.prompt
    for text in ("It is hot, that is all.", shown[0].answer):
        asyncio.run(judge.judge(BOIL, Answer(text)))
    other, itself = (request["messages"][0]["content"] for request in server.requests)
    assert "This grader gives credit for: Hot is enough." in other
    assert other.count("BEGIN EXAMPLE") == 3
    assert itself.count("BEGIN EXAMPLE") == 2
    assert shown[0].answer not in itself


def test_an_uncalibrated_prompt_says_nothing_of_a_grader(server: FakeServer):
    asyncio.run(server.replies(says("covered")).judge().judge(BOIL, Answer("It is hot.")))
    assert "grader" not in server.requests[0]["messages"][0]["content"]


def test_examples_show_rare_verdicts_first():
    common = [labelled(f"Number {n} is hot.", "covered") for n in range(9)]
    rare = labelled("It is never hot, nobody should boil water for tea, says my aunt.", "contradicted")
    chosen = choose_examples([*common, rare], 2)
    assert {example.verdicts["boil"] for example in chosen} == {"covered", "contradicted"}


class Strict:
    """A judge with probabilities, too strict: it says 0.3 for what this grader calls covered, and 0.1 for the rest."""

    trust = "Made up."
    info = JudgeInfo(name="strict")

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        probability = 0.3 if "hot" in answer.text else 0.1
        judgements = tuple(
            Judgement(point=p.id, verdict=Verdict.MISSING, probability=probability) for p in rubric.points
        )
        return Judged(judgements=judgements)


MIXED = [*ANSWERS * 3, *(labelled(f"Number {n} is tepid water.", "missing") for n in range(12))]
MIXED = [answer.model_copy(update={"text": f"{answer.text} Cup {n}."}) for n, answer in enumerate(MIXED)]


def test_a_map_moves_the_verdicts_of_a_judge_with_probabilities_and_brings_evidence():
    learned = learn(Strict(), MIXED)
    (gain,) = learned.gains
    assert (gain.part, gain.before, gain.after, gain.kept) == ("map", 0.5, 1, True)
    judge = MappedJudge(Strict(), learned)
    assert judge.info.calibration == learned.fingerprint
    answer = Answer("First the water must be hot. Then pour.")
    (judgement,) = asyncio.run(judge.judge(BOIL, answer)).judgements
    assert judgement.verdict is Verdict.COVERED
    assert [answer.text[span.start : span.end] for span in judgement.evidence] == [
        span.text for span in judgement.evidence
    ]
    assert judgement.evidence
    unknown = asyncio.run(judge.judge(BOIL.model_copy(update={"id": "coffee"}), answer)).judgements
    assert unknown[0].verdict is Verdict.MISSING, "a question that was not learned is judged as before"


def test_a_map_that_does_not_help_is_not_kept():
    wrong = [answer.model_copy(update={"labels": (Label(points=("boil",), verdict="missing"),)}) for answer in MIXED]
    learned = learn(Strict(), wrong)
    assert learned.map is None
    assert learned.gains[0].gain == 0
    assert not learned.gains[0].kept


def test_folds_are_even_and_keep_equal_texts_together():
    folds = folds_of([*MIXED, *MIXED], 4)
    assert folds[: len(MIXED)] == folds[len(MIXED) :]
    assert {folds[: len(MIXED)].count(fold) for fold in range(4)} == {6}


@pytest.mark.parametrize("verdict", [Verdict.CONTRADICTED, Verdict.COVERED])
def test_a_contradiction_and_a_judgement_without_probability_are_left_alone(verdict: Verdict):
    from interviewer.calibration.kept import ProbabilityMap
    from interviewer.judges.mapped import remapped

    probability = 0.1 if verdict is Verdict.CONTRADICTED else None
    judgement = Judgement(point="boil", verdict=verdict, probability=probability)
    mapping = ProbabilityMap(slope=0, covered=9, partial=9)
    assert remapped(judgement, BOIL["boil"], Answer("The water has to boil."), mapping, "tea/boil") == judgement


def test_the_local_judge_still_judges_at_once_when_calibrated():
    from interviewer.calibration.kept import ProbabilityMap, RubricCalibration
    from interviewer.judges.local import LocalJudge
    from interviewer.judges.mapped import MappedLocalJudge

    rubrics = (RubricCalibration(rubric="tea", hash=BOIL.hash),)
    generous = ProbabilityMap(slope=0, covered=9, partial=9)
    learned = Calibration(judge=LocalJudge().info, rubrics=rubrics, map=generous)
    judge, answer = MappedLocalJudge(LocalJudge(), learned), Answer("The water has to boil before you pour it.")
    now = judge.judge_now(BOIL, answer)
    assert now == asyncio.run(judge.judge(BOIL, answer)).judgements
    assert now[0].probability > 0.99, "the map says so"
