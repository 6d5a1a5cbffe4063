"""Grading rows: many at once, results in the rows' order, one bad row never the end of the others."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from interviewer.batch.rows import Row
from interviewer.errors import InputError, JudgeError
from interviewer.grade import Grade
from interviewer.grader import grade_answer
from interviewer.judges.base import Judge
from interviewer.rubric import Bank

Result = dict[str, Any]


async def grade_rows(
    rows: Iterable[Row], bank: Bank, judge: Judge, question: str, answer: str, concurrency: int
) -> AsyncIterator[tuple[Row, Result]]:
    """Each row with its result, in order; at most `concurrency` are judged at once.

    Raises:
        JudgeError: the judge cannot be asked at all; rows already yielded are unaffected.

    """
    waiting: deque[tuple[Row, asyncio.Task[Result]]] = deque()
    try:
        for row in rows:
            waiting.append((row, asyncio.create_task(_grade_row(row, bank, judge, question, answer))))
            while len(waiting) >= concurrency:
                yield waiting[0][0], await waiting[0][1]
                waiting.popleft()
        while waiting:
            yield waiting[0][0], await waiting[0][1]
            waiting.popleft()
    finally:
        for _, task in waiting:
            task.cancel()


def run(results: AsyncIterator[tuple[Row, Result]], write: Callable[[Row, Result], None]) -> Counter[str]:
    """Write every result as it comes; how many rows ended in each status."""

    async def drain() -> Counter[str]:
        statuses: Counter[str] = Counter()
        async for row, result in results:
            write(row, result)
            statuses[result["status"]] += 1
        return statuses

    return asyncio.run(drain())


async def _grade_row(row: Row, bank: Bank, judge: Judge, question: str, answer: str) -> Result:
    if row.fault:
        return _result("rejected", row.fault)
    text = row.columns.get(answer)
    if not isinstance(text, str):
        return _result("rejected", f"the column {answer!r} holds no text")
    try:
        return _graded(await grade_answer(judge, bank[str(row.columns.get(question) or "")], text))
    except JudgeError:
        raise
    except InputError as error:
        return _result("rejected", str(error))
    except Exception as error:  # noqa: BLE001  # a fault of ours in one row must not cost the others
        return _result("failed", f"{type(error).__name__}: {error}")


def _graded(grade: Grade) -> Result:
    points = [j.model_dump(mode="json") | {"id": j.point} for j in grade.judgements]
    for point in points:
        del point["point"]
    reasons = dict.fromkeys(j.reason for j in grade.judgements if j.point in grade.ungraded)
    return _result("incomplete" if grade.ungraded else "graded", " ".join(reasons), grade.score, points)


def _result(status: str, error: str = "", score: float | None = None, points: Any = ()) -> Result:
    return {"score": score, "points": list(points), "status": status, "error": error}
