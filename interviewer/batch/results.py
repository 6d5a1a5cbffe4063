"""What comes of a row: score, points, status, error. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interviewer.scoring import Grade


class Status(StrEnum):
    """`incomplete`: some points are ungraded; `failed`: all are; `rejected`: the row itself is at fault."""

    GRADED = "graded"
    INCOMPLETE = "incomplete"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What is written beside a row."""

    status: Status
    error: str = ""
    score: float | None = None
    points: tuple[dict[str, Any], ...] = ()
    flags: tuple[str, ...] = ()
    feedback: str = ""

    def as_record(self) -> dict[str, Any]:
        """The columns that the output gains; `feedback` only where it was asked for."""
        return {
            "score": self.score,
            "points": list(self.points),
            "status": self.status.value,
            "error": self.error,
            "flags": list(self.flags),
            "feedback": self.feedback,
        }


def rejected(reason: str) -> Result:
    """A row that no judge is asked about."""
    return Result(Status.REJECTED, reason)


def failed(reason: str) -> Result:
    """A row that could not be judged, through no fault of its own."""
    return Result(Status.FAILED, reason)


def result_of(grade: Grade, feedback: str = "") -> Result:
    """What a grade is in a row. The reasons of ungraded points are the row's error."""
    points = tuple(
        {
            "id": j.point,
            "verdict": j.verdict.value,
            "evidence": [{"start": s.start, "end": s.end, "text": s.text} for s in j.evidence],
            "reason": j.reason,
            "probability": j.probability,
            "items": list(j.items),
        }
        for j in grade.judgements
    )
    ungraded = grade.ungraded
    if not ungraded:
        return Result(Status.GRADED, "", grade.score, points, grade.flags, feedback)
    reasons = " ".join(dict.fromkeys(j.reason for j in grade.judgements if j.point in ungraded))
    status = Status.FAILED if len(ungraded) == len(points) else Status.INCOMPLETE
    return Result(status, reasons, grade.score, points, grade.flags, feedback)
