"""What the library offers; see docs/library.md. Each name is loaded when it is first used, so that importing is light."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interviewer.cache import JudgementStore
    from interviewer.errors import InterviewerError
    from interviewer.judgement import Judgement, Verdict
    from interviewer.judges.base import Judge, Judged
    from interviewer.library import grade, grade_async, grade_many, grade_many_async, make_judge
    from interviewer.rubric import Bank, Rubric, load_rubric
    from interviewer.scoring import Grade
    from interviewer.settings import Settings

__all__ = [
    "Bank",
    "Grade",
    "InterviewerError",
    "Judge",
    "Judged",
    "Judgement",
    "JudgementStore",
    "Rubric",
    "Settings",
    "Verdict",
    "grade",
    "grade_async",
    "grade_many",
    "grade_many_async",
    "load_rubric",
    "make_judge",
]

_PLACES = {
    "interviewer.cache": {"JudgementStore"},
    "interviewer.errors": {"InterviewerError"},
    "interviewer.judgement": {"Judgement", "Verdict"},
    "interviewer.judges.base": {"Judge", "Judged"},
    "interviewer.library": {"grade", "grade_async", "grade_many", "grade_many_async", "make_judge"},
    "interviewer.rubric": {"Bank", "Rubric", "load_rubric"},
    "interviewer.scoring": {"Grade"},
    "interviewer.settings": {"Settings"},
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
