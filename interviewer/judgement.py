"""Verdicts, and the judgement of one point: verdict, evidence, reason."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from interviewer.answer import Span, is_invisible


class Verdict(StrEnum):
    """What an answer does with a point. `UNGRADED` says that no judge could tell; it is not a low mark."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"
    UNGRADED = "ungraded"


CREDIT = {Verdict.COVERED: 1.0, Verdict.PARTIAL: 0.5, Verdict.MISSING: 0.0, Verdict.CONTRADICTED: 0.0}
"""The share of a point's weight that each verdict earns."""

NEEDS_EVIDENCE = frozenset({Verdict.COVERED, Verdict.PARTIAL, Verdict.CONTRADICTED})
"""The verdicts that do not stand without a quote from the answer."""


class Judgement(BaseModel):
    """What a judge found about one point in one answer.

    `probability`, where the judge has one, is that of the point being covered, in 0–1. `items` are the items of a
    list point that were found, in the rubric's wording. `votes` are the verdicts of a panel, in the order in which
    they were given; empty where one judge was asked once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    point: str
    verdict: Verdict
    evidence: tuple[Span, ...] = ()
    reason: str = ""
    probability: float | None = Field(default=None, ge=0, le=1)
    items: tuple[str, ...] = ()
    votes: tuple[Verdict, ...] = ()

    @property
    def shares(self) -> dict[str, float]:
        """The share of a panel's votes for each verdict, in 0–1, the largest first; empty without a panel."""
        return {verdict.value: count / len(self.votes) for verdict, count in Counter(self.votes).most_common()}

    @property
    def is_stable(self) -> bool:
        """Whether every vote was for the same verdict."""
        return len(set(self.votes)) <= 1

    @field_validator("reason")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        """A model may write anything: control characters, half a surrogate pair; a terminal or a file shall not care."""
        return one_line(value)

    @classmethod
    def ungraded(cls, point: str, reason: str, probability: float | None = None) -> Judgement:
        """A point on which no judge gave a usable word, and why.

        With a `probability` a judge did look, and could not tell; without one, judging failed.
        """
        return cls(point=point, verdict=Verdict.UNGRADED, reason=reason, probability=probability)


def one_line(text: str) -> str:
    """The text without what no reader sees, every white space one blank."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text  # nearly always: no other white space and nothing unseen is printable
    hidden = {char for char in set(text) if not char.isspace() and is_invisible(char)}
    return " ".join("".join(char for char in text if char not in hidden).split())


def list_verdict(found: int, need: int) -> Verdict:
    """The verdict of a list point of which `found` items were named and `need` are enough."""
    if found >= need:
        return Verdict.COVERED
    return Verdict.PARTIAL if found else Verdict.MISSING
