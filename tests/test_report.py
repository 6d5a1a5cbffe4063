"""The report holds what was said to the letter, is a page by itself, and can be read without seeing it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from conftest import make_rubric
from hypothesis import given
from hypothesis import strategies as st

from interviewer.answer import Span
from interviewer.interview import Outcome, Round, Turn, TurnKind
from interviewer.judgement import Judgement, Verdict
from interviewer.report import make_report, markdown_text, to_html, to_markdown
from interviewer.scoring import JudgeInfo, make_grade
from interviewer.session import AskedQuestion, Plan, Session

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
RUBRIC = make_rubric()
JUDGE = JudgeInfo(name="local", model="words-1")
ANSWER = "Boil the water & <wait>. Warm *pots* are useless."


def evidence(text: str, quote: str) -> tuple[Span, ...]:
    return (Span(start=text.index(quote), end=text.index(quote) + len(quote), text=quote),)


def asked(answer: str = ANSWER, *more: Turn, quote: str = "Boil the water & <wait>.") -> AskedQuestion:
    turns = (Turn(kind=TurnKind.ANSWER, prompt=RUBRIC.question, text=answer, said=NOW, seconds=90), *more)
    judgements = (
        Judgement(point="boil", verdict=Verdict.COVERED, evidence=evidence(answer, quote)),
        Judgement(point="kinds", verdict=Verdict.MISSING),
        Judgement(point="pot", verdict=Verdict.UNGRADED, reason="Nobody could tell."),
    )
    return AskedQuestion(
        place=1, attempt=1, section="basics", section_title="Basics", rubric=RUBRIC, asked=NOW, closed=NOW,
        outcome=Outcome.ANSWERED, turns=turns, rounds=(Round(answers=1, judgements=judgements, judged=NOW),),
        grade=make_grade(RUBRIC, "0", JUDGE, judgements),
    )  # fmt: skip


def session(number: int = 2, *questions: AskedQuestion, bank: str = "tea") -> Session:
    return Session(
        id=number, started=NOW + timedelta(days=number), bank=bank, title="Tea maker", mode="practice", judge=JUDGE,
        trust="A hint, not a mark.", plan=Plan(questions=("tea",)), questions=questions or (asked(),),
    )  # fmt: skip


def html(made: Session, *others: Session) -> str:
    return to_html(make_report(made, others, UTC))


class Page(HTMLParser):
    """The tags of a page, with their attributes, and whether each is closed."""

    VOID = frozenset({"meta", "br", "link", "img", "line", "circle", "polyline", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def test_evidence_is_marked_and_leads_to_its_point():
    page = html(session())
    assert '<mark class="covered">Boil the water &amp; &lt;wait&gt;.</mark><sup><a href="#q1p1"' in page
    assert 'id="q1p1"' in page


def test_a_candidate_cannot_write_into_the_page():
    text = '<script>alert(1)</script> <img src=x onerror="y"> {{ 7*7 }} </blockquote>'
    page = html(session(2, asked(text, quote="<script>alert(1)</script>")))
    assert not Page(page).named("script", "img")
    assert "{{ 7*7 }}" in page


def test_the_page_needs_nothing_from_elsewhere():
    page = Page(html(session(), session(1)))
    assert not page.named("script", "link", "img", "iframe")
    assert all(a.get("href", "#").startswith("#") for a in page.named("a"))
    assert "url(" not in html(session())
    assert not page.open


def test_who_cannot_see_the_page_finds_their_way():
    page = Page(html(session(), session(1)))
    tags = [tag for tag, _ in page.tags]
    assert page.named("html") == [{"lang": "en"}]
    assert [tags.count(tag) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = [a["href"][1:] for a in page.named("a")]
    labels = [n for _, a in page.tags for n in (a.get("aria-labelledby") or "").split()]
    assert {*pointed, *labels} <= set(ids)
    charts = page.named("svg")
    assert len(charts) == 2
    assert all(chart["role"] == "img" for chart in charts)
    assert all(cell.get("scope") for cell in page.named("th"))


@pytest.mark.parametrize("name", ["covered", "partial", "missing", "contradicted", "ungraded", "soft", "accent"])
def test_colours_can_be_told_from_white(name: str):
    colour = re.search(rf"--{name}: #(\w{{6}})", html(session()))
    assert colour
    channels = [int(colour[1][n : n + 2], 16) / 255 for n in (0, 2, 4)]
    # Relative luminance and contrast as WCAG 2.2 defines them; 4.5 is what level AA asks of text.
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_a_follow_up_stands_between_its_answers():
    follow_up = Turn(kind=TurnKind.ANSWER, point="kinds", prompt="Which leaves?", text="Green.", said=NOW, seconds=9)
    silent = Turn(kind=TurnKind.DONT_KNOW, point="pot", prompt="And the pot?", said=NOW)
    page = html(session(2, asked(ANSWER, follow_up, silent)))
    assert page.index("useless.") < page.index("Which leaves?") < page.index("Green.") < page.index("And the pot?")
    assert "“I don’t know.”" in page


def test_a_skipped_question_says_so():
    turn = Turn(kind=TurnKind.SKIP, prompt=RUBRIC.question, said=NOW)
    skipped = asked().model_copy(update={"turns": (turn,), "rounds": (), "grade": None, "outcome": Outcome.SKIPPED})
    assert "Skipped." in html(session(2, skipped))
    assert "> Skipped." in to_markdown(make_report(session(2, skipped), (), UTC))


def test_what_seems_meant_for_the_judge_is_named_to_the_coach():
    question = asked()
    flagged = question.model_copy(update={"grade": question.grade.model_copy(update={"flags": ("hidden characters",)})})
    assert "Worth a look by a person:</strong> hidden characters." in html(session(2, flagged))
    assert "Worth a look by a person: hidden characters." in to_markdown(make_report(session(2, flagged), (), UTC))
    assert "Worth a look" not in html(session())


def test_a_session_without_any_question_is_still_a_report():
    empty = session().model_copy(update={"questions": ()})
    assert "No question of this session has a score." in html(empty)
    assert to_markdown(make_report(empty, (), UTC)).endswith("\n")


def test_the_trend_is_of_earlier_sessions_on_the_same_bank():
    made = make_report(session(3), [session(1), session(3), session(4), session(2, bank="coffee")], UTC)
    assert [day for day, _ in made.trend] == ["02 May 2026", "04 May 2026"]
    assert made.sections == (("Basics", 60.0),)


def test_what_to_study_is_what_was_missed_and_counts():
    made = make_report(session(), (), UTC)
    assert [point.id for part in made.study for point in part.study] == ["kinds"]


def test_markdown_reads_plainly():
    text = to_markdown(make_report(session(), (), UTC))
    assert (
        text
        == """\
# Interview report: Tea maker

03 May 2026, session 2, practice. Judge: local (words-1). A hint, not a mark.

**Score 60 of 100** over 1 question; 1 of 2 points covered.

| question | section | score | covered | follow-ups | hints |
|---|---|---|---|---|---|
| How do you make good tea? | Basics | 60 | 1 of 2 | 0 | 0 |

## 1. How do you make good tea?

> <mark>Boil the water &amp; &lt;wait>.</mark><sup>1</sup> Warm \\*pots\\* are useless.

1. **covered**: The water has to boil before it is poured.
2. **missing**: Several kinds of leaves can be chosen. It matters because it does.
3. **ungraded**: A warmed pot keeps the heat. Nobody could tell.

You covered 1 of 2 points. Next time, name at least 2 of: green, black, oolong.

## What to study

- How do you make good tea?
  - Several kinds of leaves can be chosen. It matters because it does.
"""
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"),
        ("in 3.5 days - or so", "in 3.5 days - or so"),
        ("- a\n> b", "\\- a\n\\> b"),
        ("a_b|c", "a\\_b\\|c"),
        ("\x1b[1m", " \\[1m"),
    ],
)
def test_markdown_escapes_what_would_be_markup_and_no_more(text: str, shown: str):
    assert markdown_text(text) == shown


@given(st.text(max_size=80))
def test_no_answer_breaks_the_page(text: str):
    page = Page(html(session(2, asked(f"{text}Boil.", quote="Boil."))))
    assert not page.open
    assert len(page.named("mark")) == 1
