from __future__ import annotations

from pathlib import Path

import pytest
from conftest import make_rubric
from test_rubric import write, write_bank

from interviewer.check import check_bank, check_rubric, leaked_words
from interviewer.draft import draft_rubric
from interviewer.guide import Guide
from interviewer.rubric import Rubric


def with_point(rubric: Rubric, at: int, **change: object) -> Rubric:
    points = [p.model_dump() for p in rubric.points]
    points[at] |= change
    return make_rubric(points=points)


def test_a_sound_bank_has_no_faults(tmp_path: Path, rubric: Rubric):
    assert check_bank(write_bank(tmp_path, rubric)) == []


@pytest.mark.parametrize(
    ("at", "change", "said"),
    [
        (0, {"follow_up": "Does the water boil before it is poured?"}, "gives the point away"),
        (1, {"follow_up": "Would you take Assam?"}, "gives the point away: it says Assam"),
        (2, {"weight": 5}, "weighs more than any core point"),
        (2, {"statement": "The water has to boil before it is poured out."}, "says the same as 'boil'"),
        (1, {"items": ["green", "Green"], "need": 1}, "lists an item twice"),
    ],
)
def test_each_fault_is_found_on_its_line(tmp_path: Path, rubric: Rubric, at: int, change: dict, said: str):
    faulty = with_point(rubric, at, **change)
    path = write(tmp_path, faulty)
    (fault,) = check_rubric(path, faulty)
    assert said in fault.message
    field = next(iter(change))
    line = path.read_text().splitlines()[fault.line - 1]
    assert field in line


def test_a_rubric_without_a_core_point_is_a_fault(tmp_path: Path, rubric: Rubric):
    faulty = make_rubric(points=[p.model_dump() | {"kind": "supporting"} for p in rubric.points])
    assert "no point is core" in check_rubric(write(tmp_path, faulty), faulty)[0].message


def test_a_bank_is_checked_as_a_whole(tmp_path: Path, rubric: Rubric):
    folder = write_bank(tmp_path, rubric, make_rubric(id="tea-again"))
    write(folder, make_rubric(id="stray", question="What is a stray question?"))
    contents = (folder / "bank.yaml").read_text()
    (folder / "bank.yaml").write_text(contents.replace("- tea-again", "- tea-again\n  - tea\n  - lost"))
    said = [str(fault) for fault in check_bank(folder)]
    assert any("tea.yaml:2: asks the same as tea-again.yaml" in s for s in said)
    assert any("'tea' is listed twice" in s for s in said)
    assert any("bank.yaml:10: lists 'lost'" in s for s in said)
    assert any("stray.yaml: is in no section" in s for s in said)


def test_words_of_the_question_do_not_count_as_leaked(rubric: Rubric):
    assert leaked_words("How would you make the water good?", rubric["boil"], rubric.question) == []
    assert leaked_words("Must water boil?", rubric["boil"], rubric.question) == ["boil", "water"]


def test_a_draft_is_a_fault_on_the_line_of_its_mark_and_then_wherever_words_are_missing(tmp_path: Path):
    drafted = draft_rubric(Guide(section="All", order=1, text="Boil the water, and pour it slowly.", line=1))
    folder = write_bank(tmp_path, drafted)
    path = folder / f"{drafted.id}.yaml"
    (fault,) = check_bank(folder)
    assert path.read_text().splitlines()[fault.line - 1] == "draft: true"
    assert "then take out this line" in fault.message
    path.write_text(path.read_text().replace("draft: true\n", ""))
    said = [fault.message for fault in check_bank(folder)]
    assert said[0] == "the question is still to be written."
    assert sum("follow-up of" in message and "still to be written" in message for message in said) == 2


def test_a_file_that_is_not_utf8_is_a_fault_among_the_others(tmp_path: Path, rubric: Rubric):
    folder = write_bank(tmp_path, rubric, make_rubric(id="latin", question="What is café au lait?"))
    (folder / "latin.yaml").write_bytes("id: café\n".encode("latin-1"))
    (folder / "tea.yaml").write_text("")
    latin, tea = check_bank(folder)
    assert (latin.path.name, tea.path.name) == ("latin.yaml", "tea.yaml")
    assert latin.message.startswith("is not UTF-8: byte 8")
    (folder / "bank.yaml").write_bytes(b"\xff")
    assert [fault.path.name for fault in check_bank(folder)] == ["bank.yaml"]
