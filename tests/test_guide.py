from __future__ import annotations

import pytest

from interviewer.errors import GuideError
from interviewer.guide import mend_mojibake, parse_guides

PAGE = """Skip to main content

Interview Prep

Tea Master Interview Questions

3 expert questions. Each answer includes a hint.

Easy: 2Hard: 2

Easy

2 questions
What a great answer covers:

Cover boiling, pouring (slowly, from a height), and cups.

What a great answer covers:

Name leaves such as green, black and oolong.

Hard

2 questions
What a great answer covers:

Describe phases (pick β†’ dry).
"""

MARKDOWN = """# Tea

## Basics (2 questions)

### How do you boil water?

Heat it until it bubbles.

It takes a while.

### What is a leaf?

- Part of a plant.

## Beyond

1. Why tea?

Because it is warm.
"""


def test_a_page_copied_from_the_web_gives_its_guides_in_their_sections():
    document = parse_guides(PAGE)
    assert document.title == "Tea Master"
    assert [(g.section, g.order) for g in document.guides] == [("Easy", 1), ("Easy", 2), ("Hard", 1)]
    assert document.guides[0].text.startswith("Cover boiling")
    assert document.guides[0].question is None


def test_a_count_that_disagrees_with_its_heading_is_reported():
    (warning,) = parse_guides(PAGE).warnings
    assert "'Hard'" in warning
    assert "2 questions, but 1 guide follows" in warning


def test_mojibake_is_mended_and_honest_text_left_alone():
    assert parse_guides(PAGE).guides[-1].text == "Describe phases (pick → dry)."
    assert mend_mojibake("naïve – “α” Ω≈ç") == "naïve – “α” Ω≈ç"


def test_markdown_headings_are_title_sections_and_questions():
    document = parse_guides(MARKDOWN)
    assert document.title == "Tea"
    assert [(g.section, g.question, g.text) for g in document.guides] == [
        ("Basics", "How do you boil water?", "Heat it until it bubbles. It takes a while."),
        ("Basics", "What is a leaf?", "Part of a plant."),
        ("Beyond", "Why tea?", "Because it is warm."),
    ]
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("text", "guides"),
    [
        ("What is X?\n\nExplain A.\n\nWhat is Y?\n\nB, C.", [("What is X?", "Explain A."), ("What is Y?", "B, C.")]),
        ("Q: one\nA: two\n\nQ: three\nA: four", [("one", "two"), ("three", "four")]),
        ("Explain A.\n\nExplain B\nand C.", [(None, "Explain A."), (None, "Explain B and C.")]),
        ("Why?\nWhat a great answer covers: because.", [("Why?", "because.")]),
        ("Why?\n\n- It is warm\n- It is good", [("Why?", "It is warm; It is good")]),
    ],
)
def test_plain_text_works_with_and_without_questions(text: str, guides: list[tuple[str | None, str]]):
    assert [(g.question, g.text) for g in parse_guides(text).guides] == guides


LISTS = """# Coffee

## Basics

What is an espresso?

What a great answer covers:
- It is small and strong,
  and made quickly
- Pressure makes it.
1. The foam is called crema

It is drunk at once.

What is a cappuccino?

What a great answer covers: the parts.
- Milk
- Does it need foam?
- Espresso

- Who drinks it?

What a great answer covers:

Everyone.

## More

An introduction, which is no guide.

### When is it drunk?
Guide: in the morning
and at noon
"""


def test_all_that_follows_a_marker_up_to_the_next_question_belongs_to_its_guide():
    assert [(g.question, g.text) for g in parse_guides(LISTS).guides] == [
        (
            "What is an espresso?",
            "It is small and strong, and made quickly; Pressure makes it. The foam is called crema; It is drunk at once.",
        ),
        ("What is a cappuccino?", "the parts. Milk; Does it need foam? Espresso"),
        ("Who drinks it?", "Everyone."),
        ("When is it drunk?", "in the morning and at noon"),
    ]


@pytest.mark.parametrize("text", ["", "\n\n# Only a heading\n"])
def test_a_document_without_a_guide_says_what_a_guide_is(text: str):
    with pytest.raises(GuideError, match="What a great answer covers"):
        parse_guides(text)
