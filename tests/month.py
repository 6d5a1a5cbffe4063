"""A made-up candidate who practises for a month, in the real bank with the local judge, by a clock of their own.

`python tests/month.py FOLDER` writes the month, ending today, as a data folder to look at: set `INTERVIEWER_DATA_DIR`.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from interviewer.history import History
from interviewer.interview import Ask, Close, FollowUp, JudgeNow, TurnKind
from interviewer.judges.base import Judge
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.live import LiveSession
from interviewer.resources import bank_folder
from interviewer.review import drill, schedule
from interviewer.rubric import Bank, Point, Rubric
from interviewer.session import Mode, Plan, Session

BANK = "ai-medical-imaging-analyst"
DAYS = 30
DAYS_OFF = (6, 13, 14, 20)


class Candidate:
    """Forgets at first what they know later: the more often a point was put to them, the likelier they say it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # a made-up candidate, not a secret
        self.met: dict[str, int] = {}

    def answer(self, rubric: Rubric) -> str:
        said = [self._say(point) for point in rubric.points if self._knows(rubric, point)]
        return " ".join(said) or "I would have to look that up."

    def follow_up(self, rubric: Rubric, point: Point) -> str:
        return self._say(point) if self._knows(rubric, point) else "I am not sure about that."

    def _knows(self, rubric: Rubric, point: Point) -> bool:
        key = f"{rubric.id}/{point.id}"
        self.met[key] = self.met.get(key, 0) + 1
        return self.chance.random() < 0.3 + 0.25 * (self.met[key] - 1)

    def _say(self, point: Point) -> str:
        named = ", ".join(item.text for item in point.items)
        return f"{point.statement.rstrip('.')}: {named}." if named else point.statement


def practise(
    bank: Bank, questions: list[str], mode: Mode, candidate: Candidate, judge: Judge, clock: Callable[[], datetime],
    history: History | None = None,
) -> Session:  # fmt: skip
    """One whole session."""
    plan = Plan(questions=tuple(questions), max_follow_ups=1)
    live = LiveSession.begin(bank, BANK, mode, judge, plan, clock, history)
    while (move := live.move) is not None:
        match move:
            case Ask():
                rubric = live.question.rubric
                live.took(TurnKind.ANSWER, rubric.question, candidate.answer(rubric), 70)
            case FollowUp(point=point):
                live.took(TurnKind.ANSWER, point.follow_up, candidate.follow_up(live.question.rubric, point), 20)
            case JudgeNow():
                asyncio.run(live.judge(judge))
            case Close():
                live.close()
    live.end()
    return live.session


def month(end: datetime, history: History | None = None, seed: int = 1) -> list[Session]:
    """A session nearly every day up to `end`: new questions one day, what is due the next."""
    bank, judge, candidate = Bank.load(bank_folder(BANK)), LocalJudge(LocalModel.fast()), Candidate(seed)
    fresh = iter([rubric.id for rubric in bank])
    sessions: list[Session] = []
    for day in range(DAYS):
        if day in DAYS_OFF:
            continue
        now = end - timedelta(days=DAYS - 1 - day, minutes=30)
        due = drill(schedule(sessions, now), now, BANK)[:3] if day % 2 else []
        questions = due or [next(fresh) for _ in range(3)]
        minutes = iter(range(1000))
        session = practise(
            bank, questions, "drill" if due else "practice", candidate, judge,
            lambda now=now, minutes=minutes: now + timedelta(seconds=20 * next(minutes)), history,
        )  # fmt: skip
        sessions.append(session if history else session.model_copy(update={"id": len(sessions) + 1}))
    return sessions


if __name__ == "__main__":
    now = datetime.now(UTC)
    print(f"{len(month(now, History.open(Path(sys.argv[1]), now)))} sessions")  # noqa: T201  # a script
