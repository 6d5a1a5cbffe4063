from __future__ import annotations

from interviewer.check import check_rubric
from interviewer.draft import draft_rubric
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
