"""Rows to jobs: what needs a judge, under a key made of all that decides the verdicts. Pure.

Every engine starts here: calls one by one, the Batch API (the key is the request's custom id), a cluster.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from interviewer.answer import Answer
from interviewer.batch.results import Result, rejected, result_of
from interviewer.batch.rows import Row
from interviewer.cache import judgement_key, placed_in
from interviewer.errors import InputError
from interviewer.feedback import feedback
from interviewer.grader import blank, grade_from
from interviewer.judges.base import Judged
from interviewer.rubric import Bank, Rubric
from interviewer.scoring import Grade, JudgeInfo

# Forty thousand words: longer is no answer but a file in the wrong place, and would hold up the rest.
MAX_ANSWER_CHARS = 200_000


@dataclass(frozen=True)
class Job:
    """One answer for a judge."""

    key: str
    rubric: Rubric
    answer: Answer


@dataclass
class Jobs:
    """Makes jobs of rows for one bank and one judge; `feedback` says whether results hold what to say to the candidate."""

    bank: Bank
    judge: JudgeInfo
    feedback: bool = False
    _unknown: dict[str, str] = field(default_factory=dict)

    def of(self, row: Row) -> Job | Result:
        """The job of a row, or its result where no judge is needed: a row at fault, an empty answer."""
        if row.fault:
            return rejected(row.fault)
        if len(row.answer) > MAX_ANSWER_CHARS:
            return rejected(f"the answer has {len(row.answer):,} characters; at most {MAX_ANSWER_CHARS:,} are judged")
        if row.question in self._unknown:
            return rejected(self._unknown[row.question])
        try:
            rubric = self.bank[row.question]
        except InputError as error:
            if len(self._unknown) < 10_000:
                self._unknown[row.question] = str(error)
            return rejected(str(error))
        answer = Answer(row.answer)
        if answer.is_blank:
            return self._result(rubric, grade_from(self.judge, rubric, answer, blank(rubric)))
        return Job(judgement_key(rubric, self.judge, answer), rubric, answer)

    def result(self, job: Job, judged: Judged) -> Result | None:
        """The result of a job, or None where kept evidence is not in this copy of the answer."""
        placed = placed_in(job.answer, judged)
        if placed is None:
            return None
        return self._result(job.rubric, grade_from(self.judge, job.rubric, job.answer, placed))

    def _result(self, rubric: Rubric, grade: Grade) -> Result:
        return result_of(grade, feedback(rubric, grade) if self.feedback else "")
