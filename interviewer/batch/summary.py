"""What came of a run, kept while it goes: scores by question and section, coverage by point. Size of the bank, not of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from interviewer.batch.results import Result
from interviewer.batch.rows import Chunk
from interviewer.judgement import CREDIT, Verdict
from interviewer.rubric import Bank, Rubric

BINS = 10


@dataclass
class QuestionSummary:
    """The answers to one question. Scores are counted by tenths, so that median and quartiles are exact."""

    rubric: Rubric
    section: str
    statuses: Counter[str] = field(default_factory=Counter)
    scores: Counter[float] = field(default_factory=Counter)
    points: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Count one answer."""
        self.statuses[result.status.value] += 1
        if result.score is not None:
            self.scores[result.score] += 1
        for point in result.points:
            self.points.setdefault(point["id"], Counter())[point["verdict"]] += 1

    @property
    def answers(self) -> int:
        """How many there were."""
        return self.statuses.total()

    def as_data(self) -> dict[str, Any]:
        """The figures, for JSON and for the report."""
        return {
            "question": self.rubric.id,
            "section": self.section,
            "text": self.rubric.question,
            "answers": self.answers,
            "statuses": dict(self.statuses),
            **distribution(self.scores),
            "points": [
                {
                    "id": p.id,
                    "statement": p.statement,
                    "kind": p.kind.value,
                    **coverage(self.points.get(p.id, Counter())),
                }
                for p in self.rubric.points
            ],
        }


class Summary:
    """Everything a run's report says, counted row by row."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.statuses: Counter[str] = Counter()
        self._questions: dict[str, QuestionSummary] = {}

    def add(self, chunk: Chunk, results: Sequence[Result | None]) -> None:
        """Count the rows of a chunk that have a result."""
        for row, result in zip(chunk.rows, results, strict=True):
            if result is None:
                continue
            self.statuses[result.status.value] += 1
            if result.points:
                self._of(row.question).add(result)

    def _of(self, question: str) -> QuestionSummary:
        if question not in self._questions:
            rubric = self.bank[question]
            self._questions[question] = QuestionSummary(rubric, self.bank.section_of(question).title)
        return self._questions[question]

    def as_data(self) -> dict[str, Any]:
        """All figures, questions in the bank's order."""
        questions = [self._questions[r.id] for r in self.bank if r.id in self._questions]
        sections: dict[str, Counter[float]] = {}
        for question in questions:
            sections.setdefault(question.section, Counter()).update(question.scores)
        listed = [question.as_data() for question in questions]
        return {
            "rows": self.statuses.total(),
            "statuses": dict(self.statuses),
            "scores": distribution(sum((q.scores for q in questions), Counter())),
            "sections": [{"section": name, **distribution(scores)} for name, scores in sections.items()],
            "questions": listed,
            "hardest": hardest(listed),
            "ungraded_points": sum(point["ungraded"] for question in listed for point in question["points"]),
        }


def distribution(scores: Counter[float]) -> dict[str, Any]:
    """Count, mean, quartiles (nearest rank) and a histogram in ten equal bins of 0–100, the last with 100 itself."""
    count = scores.total()
    if not count:
        return {"scored": 0, "mean": None, "quartiles": None, "histogram": [0] * BINS}
    bins = [0] * BINS
    for score, times in scores.items():
        bins[min(int(score * BINS // 100), BINS - 1)] += times
    mean = sum(score * times for score, times in scores.items()) / count
    quartiles = [_ranked(scores, -(-count * quarter // 4)) for quarter in (1, 2, 3)]
    return {"scored": count, "mean": round(mean, 1), "quartiles": quartiles, "histogram": bins}


def coverage(verdicts: Counter[str]) -> dict[str, Any]:
    """Of the answers judged on a point: each verdict's count and the mean credit in 0–1."""
    judged = {verdict: verdicts[verdict.value] for verdict in CREDIT}
    total = sum(judged.values())
    credit = sum(CREDIT[verdict] * times for verdict, times in judged.items()) / total if total else None
    counts = {verdict.value: verdicts[verdict.value] for verdict in Verdict}
    return {**counts, "judged": total, "credit": None if credit is None else round(credit, 3)}


def hardest(questions: Sequence[dict[str, Any]], most: int = 10) -> list[dict[str, Any]]:
    """The core and supporting points that earn least, hardest first; of equals the one judged more often."""
    points = [
        {"question": question["question"], **point}
        for question in questions
        for point in question["points"]
        if point["credit"] is not None and point["kind"] != "bonus"
    ]
    return sorted(points, key=lambda point: (point["credit"], -point["judged"]))[:most]


def _ranked(scores: Counter[float], rank: int) -> float:
    for score in sorted(scores):
        rank -= scores[score]
        if rank <= 0:
            return score
    raise ValueError("the rank is beyond the last score")
