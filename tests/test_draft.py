from __future__ import annotations

import pytest

from interviewer.check import check_rubric
from interviewer.draft import draft_rubric
from interviewer.errors import GuideError
from interviewer.guide import Guide


def guide(text: str, question: str | None = None) -> Guide:
    return Guide(section="All", order=1, text=text, question=question, line=7)


def test_coordinated_clauses_become_points_and_brackets_lists(tmp_path):
    rubric = draft_rubric(
        guide("Cover boiling the water, warm leaves (green, black, oolong), and why patience matters.")
    )
    assert rubric.draft
    assert [p.statement for p in rubric.points] == [
        "Boiling the water.",
        "Warm leaves (green, black, oolong).",
        "Why patience matters.",
    ]
    assert [item.text for item in rubric.points[1].items] == ["green", "black", "oolong"]
    assert rubric.points[1].need == 2
    assert check_rubric(tmp_path / "none.yaml", rubric) == []


def test_techniques_like_this_are_kept_as_one_list():
    (point,) = draft_rubric(guide("Discuss techniques like steaming, rolling, and sun drying.")).points
    assert [item.text for item in point.items] == ["steaming", "rolling", "sun drying"]


def test_the_question_is_kept_or_asked_for():
    assert draft_rubric(guide("Explain it all.", "Why tea?")).question == "Why tea?"
    assert draft_rubric(guide("Explain it all.")).question.startswith("(Write the question")


def test_guides_that_look_for_a_story_are_behavioural():
    assert draft_rubric(guide("Look for honest stories and for lessons learned.")).style == "behavioural"


def test_an_id_that_is_taken_gets_a_number():
    first = draft_rubric(guide("Explain boiling water."))
    assert draft_rubric(guide("Explain boiling water."), frozenset({first.id})).id == f"{first.id}-2"


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        (
            "An espresso is small, whereas a cappuccino has equal parts of espresso, milk and foam.",
            ["An espresso is small.", "A cappuccino has equal parts of espresso, milk and foam."],
        ),
        ("Whereas tea has leaves, hot water, and time.", ["Tea has leaves, hot water, and time."]),
        ("Cover espresso, milk and foam.", ["Espresso, milk and foam."]),
        ("Beans are roasted, the water boils, and the foam floats on top.",
         ["Beans are roasted, the water boils.", "The foam floats on top."]),
        ("Compare filter vs. capsule coffee; note prices of beans", ["Compare filter vs. capsule coffee.", "Prices of beans."]),
    ],
)  # fmt: skip
def test_a_list_of_things_is_not_cut_into_points_that_claim_nothing(text: str, statements: list[str]):
    assert [point.statement for point in draft_rubric(guide(text)).points] == statements


def test_short_names_and_long_texts_make_a_draft_all_the_same():
    (point,) = draft_rubric(guide("Discuss methods such as CT and MRI.")).points
    assert [item.text for item in point.items] == ["CT", "MRI"]
    assert draft_rubric(guide("long words " * 400, "Q")).points


def test_a_guide_of_no_words_is_named_with_its_line():
    with pytest.raises(GuideError, match=r"line 7: the guide '…' says nothing"):
        draft_rubric(guide("…"))
