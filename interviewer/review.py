"""When a point comes back: spaced repetition (FSRS) over the history of sessions. Pure: the clock is passed in.

Nothing is stored: the schedule follows from the verdicts in the history, so what is forgotten there is forgotten here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from fsrs import Card, Rating, Scheduler
from pydantic import BaseModel, ConfigDict

from interviewer.judgement import Verdict
from interviewer.rubric import Point
from interviewer.session import AskedQuestion, Session

FORECAST_DAYS = 14

# Without learning steps every interval is in whole days: nobody is asked the same question again in ten minutes.
# Without fuzzing the same history gives the same schedule. The weights are FSRS's defaults, fitted by its authors.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
_RATINGS = {Verdict.MISSING: Rating.Again, Verdict.CONTRADICTED: Rating.Again, Verdict.PARTIAL: Rating.Hard}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Seen(_Frozen):
    """One time that a point was judged."""

    session: int
    at: datetime
    verdict: Verdict


class Scheduled(_Frozen):
    """One point of one question: how it went, when it is due, how likely it is to be remembered now (0–1)."""

    bank: str
    question: str
    section: str
    section_title: str
    point: Point
    seen: tuple[Seen, ...]
    due: datetime
    recall: float

    @property
    def last(self) -> Seen:
        """The latest time that it was judged."""
        return self.seen[-1]

    @property
    def misses(self) -> int:
        """How often it was not covered."""
        return sum(seen.verdict is not Verdict.COVERED for seen in self.seen)

    @property
    def is_weak(self) -> bool:
        """Whether it was not covered the last time."""
        return self.last.verdict is not Verdict.COVERED

    def is_due(self, now: datetime) -> bool:
        """Whether it is due today or was before; days are those of the time zone of `now`."""
        return self.due_day(now) <= now.date()

    def due_day(self, now: datetime) -> date:
        """The day on which it is due, where `now` is."""
        return self.due.astimezone(now.tzinfo).date()


def rating(question: AskedQuestion, point: str) -> Rating | None:
    """What a verdict is worth as a repetition; None where there is none, for nobody could judge."""
    verdict = question.grade[point].verdict if question.grade else Verdict.UNGRADED
    if verdict is Verdict.COVERED:
        return Rating.Easy if question.covered_at_once(point) else Rating.Good
    return _RATINGS.get(verdict)


def schedule(sessions: Iterable[Session], now: datetime) -> list[Scheduled]:
    """Every point that was ever judged, in the order in which they first were.

    Sessions count in the order of their numbers: where the clock was set back, a repetition counts as made when the
    one before it was.
    """
    cards: dict[tuple[str, str, str], Card] = {}
    found: dict[tuple[str, str, str], Scheduled] = {}
    for session in sorted(sessions, key=lambda session: session.id):
        for question in session.questions:
            for point in question.rubric.points:
                key = (session.bank, question.id, point.id)
                rated = rating(question, point.id)
                if rated is None or question.grade is None:
                    continue
                card, at = cards.get(key), (question.closed or question.asked).astimezone(UTC)
                if card is None:
                    card = Card(card_id=len(cards) + 1, due=at)
                at = max(at, card.last_review or at)
                cards[key], _ = _SCHEDULER.review_card(card, rated, at)
                seen = Seen(session=session.id, at=at, verdict=question.grade[point.id].verdict)
                found[key] = Scheduled(
                    bank=session.bank,
                    question=question.id,
                    section=question.section,
                    section_title=question.section_title,
                    point=point,
                    seen=(*(found[key].seen if key in found else ()), seen),
                    due=cards[key].due,
                    recall=_SCHEDULER.get_card_retrievability(cards[key], now.astimezone(UTC)),
                )
    return list(found.values())


def due_points(points: Iterable[Scheduled], now: datetime) -> list[Scheduled]:
    """What is due, the least likely to be remembered first."""
    return sorted((point for point in points if point.is_due(now)), key=lambda point: point.recall)


def weak_points(points: Iterable[Scheduled]) -> list[Scheduled]:
    """What was not covered the last time, the most often missed and then the heaviest first."""
    return sorted((p for p in points if p.is_weak), key=lambda p: (-p.misses, -p.point.weight))


def drill(points: Sequence[Scheduled], now: datetime, bank: str) -> list[str]:
    """The questions of a bank that hold due points: the most of them first, at a draw the heavier."""
    held: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for point in points:
        if point.bank == bank and point.is_due(now):
            held[point.question] += 1
            weight[point.question] += int(1000 * point.point.weight)
    return sorted(held, key=lambda question: (-held[question], -weight[question], question))


def forecast(points: Sequence[Scheduled], now: datetime, days: int = FORECAST_DAYS) -> list[tuple[date, int]]:
    """How many points fall due on each of the next days; today's hold all that is overdue."""
    count = Counter(max(point.due_day(now), now.date()) for point in points)
    return [(day, count[day]) for day in (now.date() + timedelta(days=n) for n in range(days))]


def next_due(points: Iterable[Scheduled], now: datetime) -> date | None:
    """The first day after today on which something is due."""
    return min((point.due_day(now) for point in points if not point.is_due(now)), default=None)


def why(point: Scheduled, now: datetime) -> str:
    """Why a point is due: 'missing 3 days ago; 71 % likely to be remembered'."""
    days = (now.date() - point.last.at.astimezone(now.tzinfo).date()).days
    ago = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"{point.last.verdict.value} {ago}; {point.recall:.0%} likely to be remembered".replace("%", " %")
