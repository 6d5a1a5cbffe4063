"""The library's verbs: make a judge, grade one answer or many, with and without `await`.

Here the environment is read, as the command line does at its edge; everything else is `grader.grade_answer`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, Literal, overload

from interviewer.answer import Answer
from interviewer.background import BACKGROUND
from interviewer.cache import JudgementStore
from interviewer.errors import AnswerTooLong, InputError
from interviewer.grader import grade_answer, grade_from
from interviewer.judgement import Judgement
from interviewer.judges import choose_judge
from interviewer.judges import make_judge as judge_named
from interviewer.judges.base import Judge, Judged
from interviewer.rubric import Bank, Rubric
from interviewer.scoring import Grade
from interviewer.settings import Settings, load_settings

Question = Rubric | str
Row = tuple[Question, str] | Mapping[str, Any]

AHEAD = 4  # grades made and not yet taken, for each call in flight: one slow call does not hold up the others


def make_judge(
    name: str | None = None,
    *,
    model: str | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    settings: Settings | None = None,
    http_client: Any = None,
) -> Judge:
    """The judge called `name` (`chat`, `decisions`, `local`), or `name:model`; by default chat with a key, else local.

    What is not given comes from `settings`, or else from the environment and `.env`. `http_client` replaces the
    network's client.

    Raises:
        UnknownName: there is no such judge.
        SettingsError: it needs a key or a base URL and there is none.

    """
    given = {"judge": name, "model": model, "base_url": base_url, "api_key": api_key}
    below = {} if settings is None else settings.model_dump(exclude_unset=True)
    used = load_settings(**below | {field: value for field, value in given.items() if value is not None})
    return judge_named(choose_judge(used), used, http_client)


def grade(
    question: Question, answer: str, judge: Judge, *, bank: Bank | None = None, store: JudgementStore | None = None
) -> Grade:
    """The grade of one answer to one question: its rubric, or its id in `bank`. Works inside a running event loop too.

    What a `store` holds is not judged again, and what is judged is kept in it. A point that the judge could not judge
    is ungraded, with its reason; so are all points of an answer that is too long for the judge.

    Raises:
        InputError: there is no such question, or the answer is no text.
        JudgeError: the judge cannot be asked at all (wrong key, no such model).

    """
    return BACKGROUND.wait(BACKGROUND.start(_grade(question, answer, judge, bank, store)))


async def grade_async(
    question: Question, answer: str, judge: Judge, *, bank: Bank | None = None, store: JudgementStore | None = None
) -> Grade:
    """`grade` for asynchronous code."""
    return await asyncio.wrap_future(BACKGROUND.start(_grade(question, answer, judge, bank, store)))


@overload
def grade_many(
    rows: Iterable[Row],
    judge: Judge,
    *,
    bank: Bank | None = None,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    return_exceptions: Literal[False] = False,
) -> Iterator[Grade]: ...
@overload
def grade_many(
    rows: Iterable[Row],
    judge: Judge,
    *,
    bank: Bank | None = None,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    return_exceptions: Literal[True],
) -> Iterator[Grade | InputError]: ...
def grade_many(
    rows: Iterable[Row],
    judge: Judge,
    *,
    bank: Bank | None = None,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    return_exceptions: bool = False,
) -> Iterator[Grade | InputError]:
    """One grade for each row, in order, as they are made; `rows` may be endless, and few are held at a time.

    A row is (question, answer), or a mapping with those two keys. At most `concurrency` are judged at once.
    With `return_exceptions` a row at fault (no such question, no text) yields its error and the others go on.

    Raises:
        InputError: a row is at fault; its number is named.
        JudgeError: the judge cannot be asked at all.
        ValueError: `concurrency` is below 1.

    """
    begun: deque[Future[Grade | InputError]] = deque()
    gate = _gate(concurrency)
    try:
        for number, row in enumerate(rows, 1):
            begun.append(BACKGROUND.start(_grade_row(number, row, judge, bank, store, gate)))
            if len(begun) > AHEAD * concurrency:
                yield _given(BACKGROUND.wait(begun.popleft()), return_exceptions)
        while begun:
            yield _given(BACKGROUND.wait(begun.popleft()), return_exceptions)
    finally:
        for future in begun:
            future.cancel()


@overload
def grade_many_async(
    rows: Iterable[Row] | AsyncIterable[Row],
    judge: Judge,
    *,
    bank: Bank | None = None,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    return_exceptions: Literal[False] = False,
) -> AsyncIterator[Grade]: ...
@overload
def grade_many_async(
    rows: Iterable[Row] | AsyncIterable[Row],
    judge: Judge,
    *,
    bank: Bank | None = None,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    return_exceptions: Literal[True],
) -> AsyncIterator[Grade | InputError]: ...
async def grade_many_async(
    rows: Iterable[Row] | AsyncIterable[Row],
    judge: Judge,
    *,
    bank: Bank | None = None,
    store: JudgementStore | None = None,
    concurrency: int = 8,
    return_exceptions: bool = False,
) -> AsyncIterator[Grade | InputError]:
    """`grade_many` for asynchronous code; the rows may come asynchronously too."""
    begun: deque[Future[Grade | InputError]] = deque()
    gate = _gate(concurrency)
    number = 0
    try:
        async for row in _each(rows):
            number += 1
            begun.append(BACKGROUND.start(_grade_row(number, row, judge, bank, store, gate)))
            if len(begun) > AHEAD * concurrency:
                yield _given(await asyncio.wrap_future(begun.popleft()), return_exceptions)
        while begun:
            yield _given(await asyncio.wrap_future(begun.popleft()), return_exceptions)
    finally:
        for future in begun:
            future.cancel()


async def _grade(
    question: Question, answer: str, judge: Judge, bank: Bank | None, store: JudgementStore | None
) -> Grade:
    rubric = _rubric(question, bank)
    if not isinstance(answer, str):
        raise InputError(f"The answer to {rubric.id!r} is {type(answer).__name__}, not text.")
    try:
        return await grade_answer(judge, rubric, answer, store)
    except AnswerTooLong as error:
        ungraded = Judged(judgements=tuple(Judgement.ungraded(point.id, str(error)) for point in rubric.points))
        return grade_from(judge.info, rubric, Answer(answer), ungraded)


async def _grade_row(
    number: int, row: Row, judge: Judge, bank: Bank | None, store: JudgementStore | None, gate: asyncio.Semaphore
) -> Grade | InputError:
    try:
        question, answer = (row["question"], row["answer"]) if isinstance(row, Mapping) else row
    except (KeyError, TypeError, ValueError):
        return InputError(f"Row {number} is neither (question, answer) nor a mapping with these two keys.")
    try:
        async with gate:
            return await _grade(question, answer, judge, bank, store)
    except InputError as error:
        return InputError(f"Row {number}: {error}")


def _gate(concurrency: int) -> asyncio.Semaphore:
    if concurrency < 1:
        raise ValueError(f"concurrency is {concurrency}: at least one answer has to be judged at once")
    return asyncio.Semaphore(concurrency)


def _rubric(question: Question, bank: Bank | None) -> Rubric:
    if isinstance(question, Rubric):
        return question
    if bank is None:
        raise InputError(f"Which bank has the question {question!r}? Give bank=Bank.load(…), or the rubric itself.")
    return bank[question]


def _given(made: Grade | InputError, return_exceptions: bool) -> Grade | InputError:
    if isinstance(made, InputError) and not return_exceptions:
        raise made
    return made


async def _each(rows: Iterable[Row] | AsyncIterable[Row]) -> AsyncIterator[Row]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
