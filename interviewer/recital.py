"""What an answer has word for word from its rubric, and what is left of it without that."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from interviewer.aimed import PARTS, parts_of, spoken
from interviewer.answer import Answer
from interviewer.rubric import Rubric

_Runs = set[tuple[str, ...]]
_RUN = 4  # words in a row that a candidate who has not seen the rubric would hardly share with several points
_LONG_RUN = 9
_IN_FULL = 0.6  # of a statement's words, in one run


@lru_cache(maxsize=256)  # the judge asks, and then who sets the flags
def repeats_the_rubric(rubric: Rubric, answer: Answer) -> bool:
    """Long runs of one statement's words, or short runs of several; the question's own words are free."""
    any_run, short, long = _own_runs(rubric)
    said = list(chain.from_iterable(spoken(answer)))
    said_runs = any_run.intersection(_runs(said, _RUN))
    if not said_runs:
        return False
    alike = sum(not own.isdisjoint(said_runs) for own in short)
    return alike >= max(2, (len(short) + 1) // 2) or not long.isdisjoint(_runs(said, _LONG_RUN))


def without_recital(rubric: Rubric, answer: Answer, *, is_presented: bool) -> Answer | None:
    """An answer with what it only recites of the rubric blank, spans staying true; None where there is no such thing.

    To name a statement's first words is not to say it: blank are sentences that are mostly such pieces. A statement in full
    is a claim, whoever's words it is made in; but not when it `is_presented`, beside words that are meant for the judge.
    """
    if not repeats_the_rubric(rubric, answer):
        return None
    folded, origin = answer.folded
    places = [(origin[part.start()], origin[part.end() - 1] + 1) for part in PARTS.finditer(folded)]
    said = parts_of(folded)
    _, short, long = _own_runs(rubric)
    pieces = [runs for runs, whole in zip(short, _in_full(rubric, said), strict=True) if is_presented or not whole]
    recited = _in_runs(said, set().union(*pieces), _RUN)
    blank = [
        place for place, is_in in zip(places, _in_runs(said, long, _LONG_RUN), strict=True) if is_in and is_presented
    ]
    for start, end in answer.sentence_places:
        of_it = recited[bisect_left(places, (start, 0)) : bisect_left(places, (end, 0))]
        if of_it and sum(of_it) >= len(of_it) / 2:
            blank.append((start, end))
    return answer.without(blank) if blank else None


def _in_full(rubric: Rubric, said: list[str]) -> list[bool]:
    """Of each statement whether most of it is said in one run."""
    found = []
    for point in rubric.points:
        stated = parts_of(Answer(point.statement).folded_text)
        most = max(1, int(_IN_FULL * len(stated)))
        found.append(not set(_runs(stated, most)).isdisjoint(_runs(said, most)))
    return found


def _in_runs(stems: list[str], runs: _Runs, length: int) -> list[bool]:
    """Of each word whether it stands in one of these runs."""
    found = [False] * len(stems)
    for first, run in enumerate(_runs(stems, length)):
        if run in runs:
            found[first : first + length] = [True] * length
    return found


@lru_cache(maxsize=256)  # a file of answers asks the same few questions
def _own_runs(rubric: Rubric) -> tuple[_Runs, list[_Runs], _Runs]:
    """Every short run of the statements; of each those that no other and not the question has; the long ones of all."""
    asked = parts_of(Answer(rubric.question).folded_text)
    stems = [parts_of(Answer(point.statement).folded_text) for point in rubric.points]
    short, asked_runs = [set(_runs(statement, _RUN)) for statement in stems], set(_runs(asked, _RUN))
    long = {run for statement in stems for run in _runs(statement, _LONG_RUN)} - set(_runs(asked, _LONG_RUN))
    times = Counter(chain.from_iterable(short))
    return set(times), [{run for run in runs - asked_runs if times[run] == 1} for runs in short], long


def _runs(stems: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(stems[start:] for start in range(length)), strict=False)
