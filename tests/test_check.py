from __future__ import annotations

from pathlib import Path

import pytest
from conftest import make_rubric
from test_rubric import write, write_bank

from interviewer.check import check_bank, check_rubric, leaked_words
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
