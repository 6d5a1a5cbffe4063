"""A judge whose probabilities are read as one grader's: verdicts by a calibration's map, evidence as before."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.answer import Answer
from interviewer.calibration.kept import Calibration, ProbabilityMap
from interviewer.evidence import nearest_sentence
from interviewer.judgement import Judgement, Verdict
from interviewer.judges.base import Judge, Judged
from interviewer.judges.local import LocalJudge
from interviewer.rubric import Point, Rubric
from interviewer.scoring import JudgeInfo


class MappedJudge:
    """Another judge, its verdicts drawn anew from its probabilities. Questions not learned are judged as before."""

    def __init__(self, judge: Judge, calibration: Calibration) -> None:
        """Take over a judge.

        Raises:
            CalibrationError: the calibration was learned for another judge.

        """
        calibration.require(judge.info)
        self.inner = judge
        self.calibration = calibration

    @property
    def info(self) -> JudgeInfo:
        return self.inner.info.model_copy(update={"calibration": self.calibration.fingerprint})

    @property
    def trust(self) -> str:
        return f"{self.inner.trust} Calibrated on {self.calibration.answers} labelled answers."

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        judged = await self.inner.judge(rubric, answer)
        return judged.model_copy(update={"judgements": self._mapped(judged.judgements, rubric, answer)})

    def _mapped(self, judgements: tuple[Judgement, ...], rubric: Rubric, answer: Answer) -> tuple[Judgement, ...]:
        learned, mapping = self.calibration.of(rubric), self.calibration.map
        if learned is None or mapping is None:
            return judgements
        return tuple(remapped(j, rubric[j.point], answer, mapping, f"{rubric.id}/{j.point}") for j in judgements)


class MappedLocalJudge(MappedJudge):
    """The same over the local judge, which waits for nobody: it offers `judge_now` and `judge_many` too."""

    def __init__(self, judge: LocalJudge, calibration: Calibration) -> None:
        super().__init__(judge, calibration)
        self.local = judge

    def judge_now(self, rubric: Rubric, answer: Answer) -> tuple[Judgement, ...]:
        """`judge` for callers that are not asynchronous."""
        return self._mapped(self.local.judge_now(rubric, answer), rubric, answer)

    def judge_many(self, pairs: Iterable[tuple[Rubric, Answer]]) -> list[tuple[Judgement, ...]]:
        """One tuple of judgements for each (rubric, answer), in order."""
        asked = list(pairs)
        return [self._mapped(found, *pair) for found, pair in zip(self.local.judge_many(asked), asked, strict=True)]


def likeliest(covered: float, begun: float) -> Verdict:
    """The verdict that is likeliest when 'covered' and 'at least partial' have these probabilities."""
    chances = {Verdict.COVERED: covered, Verdict.PARTIAL: begun - covered, Verdict.MISSING: 1 - begun}
    return max(chances, key=lambda verdict: chances[verdict])


def remapped(judgement: Judgement, point: Point, answer: Answer, mapping: ProbabilityMap, key: str) -> Judgement:
    """The judgement with the verdict that its probability means to this grader.

    Untouched: a judgement without a probability, a contradiction, a list (its items are counted), and one for which
    the answer holds no sentence that could be evidence.
    """
    if judgement.probability is None or judgement.verdict is Verdict.CONTRADICTED or point.items:
        return judgement
    covered, begun = mapping(judgement.probability, key)
    verdict = likeliest(covered, begun)
    if verdict is judgement.verdict:
        return judgement.model_copy(update={"probability": covered})
    evidence = judgement.evidence
    if verdict is Verdict.MISSING:
        evidence = ()
    elif not evidence:
        nearest = nearest_sentence(point.statement, answer)
        if nearest is None:
            return judgement
        evidence = (nearest,)
    reason = f"Calibrated from {judgement.probability:.2f} to {covered:.2f}."
    return judgement.model_copy(
        update={"verdict": verdict, "evidence": evidence, "probability": covered, "reason": reason}
    )
