"""One law for every judge: evidence is the answer's own text, to the character, whatever is answered and replied."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from conftest import make_rubric
from fuzz import DECISION, GOOD, TEXT
from hypothesis import given
from hypothesis import strategies as st
from mutations import mutations

from interviewer.answer import Answer
from interviewer.cache import placed_in
from interviewer.calibration.kept import Calibration, Example, PointNote, ProbabilityMap, RubricCalibration
from interviewer.judgement import NEEDS_EVIDENCE, Verdict
from interviewer.judges.base import Judge, Judged
from interviewer.judges.chat import ChatJudge
from interviewer.judges.decisions import DecisionsJudge
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.judges.mapped import MappedJudge, MappedLocalJudge
from interviewer.judges.panel import PanelJudge
from interviewer.judges.predicates import predicates_for
from interviewer.llm import ChatModel, Reply
from interviewer.settings import Settings

RUBRIC = make_rubric()
SETTINGS = Settings(_env_file=None, base_url="http://server.test/v1")
LOCAL, FAST = LocalJudge(), LocalJudge(LocalModel.fast())
PREDICATES = [predicate.name for predicate in predicates_for(RUBRIC)]

FRAGMENTS = [
    "First the water has to boil", "I warm the pot", "Assam", "a green one", "oolong", "it keeps the heat", "café", "cafe\u0301",
    "ﬁne ﬂakes", "İstanbul", "STRASSE straße", "ẞ", "x²", "½ cup", "…", "e.g. black", "水が沸く", "\u200fשָׁלוֹם", "\u0345\u0301", "👩\u200d🔬", "'quoted'",
    "“quoted”", "pre–heat", "ǆ",
]  # fmt: skip
JOINTS = [
    " ",
    "  ",
    "\u00a0",
    "\u2028",
    "\x85",
    "\r\n",
    "\r",
    "\t",
    "\u200b",
    "\u3000",
    ". ",
    "; ",
    "\x00",
    "\u202e",
    "\u0301",
    "",
]
CHANGES: list[Callable[[str], str]] = [
    str, str.upper, str.casefold, lambda s: unicodedata.normalize("NFKC", s), lambda s: unicodedata.normalize("NFD", s),
    lambda s: " ".join(s.split()), lambda s: s.replace(" ", "\u2009"), lambda s: s.replace("'", "’"), lambda s: f" {s}\n",
]  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> str:
    """An answer with a word in it: one without reaches no judge."""
    pieces = draw(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), min_size=1, max_size=8))
    text = "".join(piece + draw(st.sampled_from(JOINTS)) for piece in pieces)
    return f"{text} tea" if Answer(text).is_blank else text


@st.composite
def quotes(draw: st.DrawFn, text: str) -> str:
    """A stretch of the answer, written in another way; or something else."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.text(max_size=12))
    start = draw(st.integers(0, len(text)))
    said = text[start : draw(st.integers(start, len(text)))]
    return draw(st.sampled_from(CHANGES))(said)


@st.composite
def replies(draw: st.DrawFn, text: str) -> str:
    """What a chat model may say: in form, with quotes from the answer; or broken."""
    reply: dict[str, Any] = {}
    for point in RUBRIC.points:
        quoted = draw(st.lists(quotes(text), max_size=3))
        if point.items:
            found = [
                {"item": draw(st.sampled_from(point.items)).text, "quote": draw(quotes(text))}
                for _ in range(draw(st.integers(0, 3)))
            ]
            denied = draw(st.booleans())
            reply[point.id] = {"reason": "r", "found": found, "contradicted": denied, "quotes": quoted}
        else:
            verdict = draw(st.sampled_from(["covered", "partial", "missing", "contradicted"]))
            reply[point.id] = {"reason": "r", "quotes": quoted, "verdict": verdict}
    if draw(st.integers(0, 3)):
        return json.dumps(reply)
    return next(mutations(reply, 1, draw(st.integers(0, 10**6))))


@st.composite
def decisions(draw: st.DrawFn) -> str:
    """What the Decisions endpoint may say: probabilities, refusals; or something broken."""
    said = [
        {"type": "predicate", "name": name, "probability": draw(st.floats(0, 1))}
        if draw(st.integers(0, 9))
        else {"type": "refusal", "name": name}
        for name in PREDICATES
    ]
    if draw(st.integers(0, 3)):
        return json.dumps({"model": "m", "answers": said})
    return next(mutations(DECISION, 1, draw(st.integers(0, 10**6))))


class Scripted(ChatModel):
    """A chat model that says what it is told."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(client=None, settings=SETTINGS)  # type: ignore[arg-type]  # it calls nobody
        self.texts = texts

    async def ask(self, messages: Any, schema: Any = None) -> Reply:
        return Reply(self.texts.pop(0))


class Decided:
    """A client whose Decisions endpoint says what it is told."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.decisions = self.with_raw_response = self

    async def create(self, **_: Any) -> Decided:
        return self

    def parse(self) -> None:
        """Nothing is said of usage."""


def chat(texts: list[str]) -> ChatJudge:
    return ChatJudge(Scripted(texts))


def decided(text: str) -> DecisionsJudge:
    return DecisionsJudge(Decided(text), SETTINGS)  # type: ignore[arg-type]  # the part of a client that it uses


def taught(judge: ChatJudge) -> ChatJudge:
    notes = (PointNote(point="boil", credit="Any word for boiling."),)
    examples = (Example(answer=TEXT, verdicts={"boil": Verdict.COVERED}),)
    learned = RubricCalibration.about(RUBRIC, notes=notes, examples=examples)
    return judge.calibrated(Calibration(judge=judge.info, rubrics=(learned,)))


def calibration(judge: Judge, covered: float, partial: float) -> Calibration:
    mapping = ProbabilityMap(slope=1.0, covered=covered, partial=partial)
    return Calibration(judge=judge.info, rubrics=(RubricCalibration.about(RUBRIC),), map=mapping)


def made(kind: str, said: list[str], probabilities: str, moved: tuple[float, float]) -> Judge:
    """One judge of each kind."""
    if kind == "panel":
        judges: list[Judge] = [chat([*said]), decided(probabilities), FAST, chat(said[::-1])]
        return PanelJudge(judges, until_stable=moved[0] > 0)
    judges_: dict[str, Callable[[], Judge]] = {
        "chat": lambda: chat(said),
        "calibrated chat": lambda: taught(chat(said)),
        "decisions": lambda: decided(probabilities),
        "mapped decisions": lambda: MappedJudge(decided(probabilities), calibration(decided(""), *moved)),
        "local": lambda: LOCAL,
        "local:fast": lambda: FAST,
        "mapped local": lambda: MappedLocalJudge(FAST, calibration(FAST, *moved)),
    }
    return judges_[kind]()


KINDS = ("chat", "calibrated chat", "decisions", "mapped decisions", "local", "local:fast", "mapped local", "panel")


def the_law_holds(judged: Judged, text: str) -> None:
    for judgement in judged.judgements:
        assert judgement.evidence or judgement.verdict not in NEEDS_EVIDENCE, judgement
        for span in judgement.evidence:
            assert text[span.start : span.end] == span.text
            assert any(char.isalnum() for char in span.text), "a quote of nothing proves nothing"


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_evidence_is_exactly_the_answer_from_start_to_end(kind: str, data: st.DataObject):
    text = data.draw(answers(), "answer")
    said = [data.draw(replies(text), "reply") for _ in range(2)]
    moved = data.draw(st.tuples(st.floats(-6, 6), st.floats(-6, 6)), "moved")
    judge = made(kind, said, data.draw(decisions(), "decision"), moved)
    judged = asyncio.run(judge.judge(RUBRIC, Answer(text)))
    assert [judgement.point for judgement in judged.judgements] == [point.id for point in RUBRIC.points]
    the_law_holds(judged, text)
    # The same judgements, kept and served for another copy of the text: what cleaning removes moves every place.
    copy = "\u200b" + text.replace(" ", " \u200b") + "\r\n"
    placed = placed_in(Answer(copy), judged)
    if placed is not None:
        the_law_holds(placed, copy)


@pytest.mark.parametrize("kind", KINDS)
def test_the_law_is_about_something(kind: str):
    good, certain = json.dumps(GOOD), json.dumps(DECISION)
    judged = asyncio.run(made(kind, [good] * 2, certain, (3.0, 4.0)).judge(RUBRIC, Answer(TEXT)))
    assert sum(len(judgement.evidence) for judgement in judged.judgements) >= 1
    the_law_holds(judged, TEXT)
