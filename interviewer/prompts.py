"""Templates in `prompts/`, rendered from typed inputs, each with a fingerprint.

A prompt is a class here (what goes in) and a file there (what is said); no sentence for a model is written in Python.
The candidate's text enters through `fence` only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from interviewer.answer import Answer
from interviewer.calibration.kept import PointNote
from interviewer.judgement import Verdict
from interviewer.resources import shipped
from interviewer.rubric import Item, PartOfRubric, Point

if TYPE_CHECKING:
    from jinja2 import Environment

_INSTRUCTION_TAG = re.compile(r"\[(/?(?:INST|SYS|SYSTEM|USER|ASSISTANT)\b[^\]\n]{0,40})\]", re.IGNORECASE)
_FENCE_WORDS = re.compile(r"\b(BEGIN|END)(\s+)(ANSWER)\b", re.IGNORECASE)
_WIDE = str.maketrans("<>", "＜＞")


class Prompt(BaseModel):
    """The inputs of one template. A subclass names its file and its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    template: ClassVar[str]

    def render(self) -> str:
        """The text for the model; a field that the template wants and the class lacks is an error."""
        return _environment().get_template(self.template).render({name: getattr(self, name) for name in self._names()})

    @classmethod
    def fingerprint(cls) -> str:
        """SHA-256 (12 hex digits) of the template's source."""
        return hashlib.sha256((shipped("prompts") / cls.template).read_bytes()).hexdigest()[:12]

    @classmethod
    def _names(cls) -> list[str]:
        return [*cls.model_fields, *cls.model_computed_fields]


class FencedExample(BaseModel):
    """A candidate's text made harmless, beside the verdicts that a person gave it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mark: str
    fenced: str
    verdicts: dict[str, Verdict]

    @classmethod
    def of(cls, answer: Answer, verdicts: Mapping[str, Verdict]) -> FencedExample:
        """The example that an answer and its verdicts make."""
        return cls(**fence(answer), verdicts=dict(verdicts))


class JudgeSystem(Prompt):
    """What a chat judge is told before it sees an answer: the same for every answer to one question.

    `notes` and `examples` come from a calibration; without one they are empty and nothing is said of them.
    """

    template = "judge_system.md.j2"
    rubric: PartOfRubric
    has_lists: bool
    notes: tuple[PointNote, ...] = ()
    examples: tuple[FencedExample, ...] = ()


class JudgeAnswer(Prompt):
    """The fenced answer."""

    template = "judge_answer.md.j2"
    mark: str
    fenced: str


class JudgeRepair(Prompt):
    """What was wrong with a reply, so that the judge can mend it."""

    template = "judge_repair.md.j2"
    faults: tuple[str, ...]


class DecideSystem(Prompt):
    """What the decisions judge is told before it sees an answer."""

    template = "decide_system.md.j2"
    rubric: PartOfRubric


class DecideAnswer(Prompt):
    """The fenced answer, with nothing around it."""

    template = "decide_answer.md.j2"
    mark: str
    fenced: str


class DecidePredicate(Prompt):
    """One statement about the answer, to be given a probability."""

    template = "decide_predicate.md.j2"
    asks: Literal["covered", "begun", "denied", "named"]
    point: Point
    item: Item | None = None


class StudyLabels(Prompt):
    """Labelled answers to one question, to be turned into grading notes."""

    template = "study_labels.md.j2"
    rubric: PartOfRubric
    examples: tuple[FencedExample, ...]


class StudyRepair(Prompt):
    """What was wrong with notes that a model wrote."""

    template = "study_repair.md.j2"
    fault: str


class BuildRubric(Prompt):
    """One guide, to be made a rubric."""

    template = "build_rubric.md.j2"
    role: str
    section: str
    question: str | None
    text: str


class BuildRepair(Prompt):
    """What was wrong with a rubric that a model wrote."""

    template = "build_repair.md.j2"
    faults: tuple[str, ...]


class FollowUpQuestion(Prompt):
    """What was asked and said, and what a follow-up is to aim at; never the point itself."""

    template = "follow_up_question.md.j2"
    question: str
    mark: str
    fenced: str
    follow_up: str
    asked: tuple[str, ...]


class AdvicePoint(BaseModel):
    """One point as an adviser sees it: the verdict and what goes with it, none of the candidate's words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: str
    kind: str
    statement: str
    note: str


class Advice(Prompt):
    """A grade, to be put into words for the candidate. `story` is what was noticed about the structure, or ''."""

    template = "advice.md.j2"
    question: str
    points: tuple[AdvicePoint, ...]
    story: str


class ModelAnswer(Prompt):
    """A rubric, to be answered in full."""

    template = "model_answer.md.j2"
    rubric: PartOfRubric


def fence(answer: Answer) -> dict[str, str]:
    """The candidate's text made harmless, and the mark that opens and closes its fence.

    The mark is made of the answer's own hash, so no text can hold the mark of its own fence. Angle brackets, the
    tags of chat templates and the fence's words become look-alikes: nothing in the text is a control token or a
    fence, and `locate_quote` still finds a quote that the model copies.
    """
    return {"mark": answer.hash, "fenced": neutralised(answer.clean)}


def neutralised(text: str) -> str:
    """The text with look-alikes for whatever could pass for a control token, a chat template's tag or a fence.

    For everything that a candidate may have had a hand in, a model's own reply included, which may quote an attack.
    """
    text = _INSTRUCTION_TAG.sub(r"［\1］", text.translate(_WIDE))
    return _FENCE_WORDS.sub(lambda m: f"{_widen(m[1])}{m[2]}{_widen(m[3])}", text)


def fingerprints(*prompts: type[Prompt]) -> str:
    """One fingerprint (12 hex digits) for a judge that uses several templates."""
    return hashlib.sha256("".join(prompt.fingerprint() for prompt in prompts).encode()).hexdigest()[:12]


def _widen(word: str) -> str:
    """'END' -> 'ＥＮＤ': full-width letters, which compare equal to the plain ones when a quote is looked up."""
    return "".join(chr(ord(char) + 0xFEE0) for char in word)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    import jinja2  # only a judge or builder that asks a model needs it

    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "undefined": jinja2.StrictUndefined}
    # Autoescape is for HTML; these are plain text for a model, and `fence` is what guards them.
    return jinja2.Environment(loader=jinja2.FileSystemLoader(shipped("prompts")), autoescape=False, **options)  # noqa: S701
