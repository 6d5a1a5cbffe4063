from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import make_rubric
from pydantic import ValidationError

from interviewer.errors import RubricError, UnknownName
from interviewer.rubric import Bank, Contents, Rubric, Section, dump_yaml, load_rubric


def write(folder: Path, rubric: Rubric | dict) -> Path:
    folder.mkdir(exist_ok=True)
    name = rubric.id if isinstance(rubric, Rubric) else rubric["id"]
    path = folder / f"{name}.yaml"
    path.write_text(dump_yaml(rubric) if isinstance(rubric, Rubric) else yaml.safe_dump(rubric, sort_keys=False))
    return path


def write_bank(folder: Path, *rubrics: Rubric) -> Path:
    for rubric in rubrics:
        write(folder, rubric)
    sections = (Section(id="all", title="All of it", questions=tuple(r.id for r in rubrics)),)
    (folder / "bank.yaml").write_text(dump_yaml(Contents(id="drinks", title="Drinks", sections=sections)))
    return folder


def test_a_rubric_survives_its_yaml(tmp_path: Path, rubric: Rubric):
    assert load_rubric(write(tmp_path, rubric)) == rubric


def test_a_fault_names_file_and_line(tmp_path: Path, rubric: Rubric):
    path = write(tmp_path, rubric)
    lines = path.read_text().splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.strip() == "weight: 2.0")
    path.write_text(path.read_text().replace("weight: 2.0", "weight: 11"))
    with pytest.raises(RubricError) as caught:
        load_rubric(path)
    (fault,) = caught.value.faults
    assert (fault.path, fault.line) == (path, number)
    assert "points.2.weight" in fault.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("id: tea\nid: tea\n", 2, "stands twice"),
        ("id: tea\nquestion: [\n", 3, "not YAML"),
        ("id: tea\nquestion: How?\nmood: good\npoints: []\n", 3, "unknown field 'mood'; the fields here are id, que"),
        (
            "id: tea\npoints:\n- id: a\n  statment: Hot.\n",
            4,
            "points.1: unknown field 'statment'; did you mean 'statement'?",
        ),
        ("id: Good Tea\n", 1, "'Good Tea' cannot be an id: small letters a-z and digits"),
        ("id: tea\npoints:\n- id: a\n  weight: heavy\n", 4, "points.1.weight: 'heavy' is to be a number."),
        ("id: tea\npoints: []\n", 2, "points: is to have at least one entry."),
        ("", 1, "there is nothing where fields are to be: id, question"),
        ("- tea\n", 1, "there is a list where fields are to be: id, question"),
        ("id: tea\npoints:\n- Boil it.\n", 3, "there is 'Boil it.' where fields are to be: id, statement"),
    ],
)
def test_broken_yaml_repeated_keys_and_unknown_fields_are_faults(tmp_path: Path, text: str, line: int, said: str):
    path = tmp_path / "tea.yaml"
    path.write_text(text)
    with pytest.raises(RubricError) as caught:
        load_rubric(path)
    assert any(fault.line == line and said in fault.message for fault in caught.value.faults)


def test_the_file_is_named_after_the_id(tmp_path: Path, rubric: Rubric):
    path = write(tmp_path, rubric).rename(tmp_path / "coffee.yaml")
    with pytest.raises(RubricError, match=r"must be tea\.yaml"):
        load_rubric(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"need": 4}, "'need' is 4"),
        ({"need": None}, "says in 'need'"),
        ({"excludes": ["nothing"]}, "which is no other point"),
        ({"id": "boil"}, "stands twice"),
    ],
)
def test_points_that_do_not_hold_together_are_refused(rubric: Rubric, change: dict, said: str):
    data = rubric.model_dump()
    data["points"] = [data["points"][0], data["points"][1] | change, data["points"][2]]
    with pytest.raises(ValidationError, match=said):
        Rubric.model_validate(data)


def test_the_hash_follows_what_can_change_a_verdict_and_nothing_else(rubric: Rubric):
    def changed(**fields: object) -> str:
        points = [p.model_dump() for p in rubric.points]
        points[0] |= fields
        return make_rubric(points=points).hash

    assert changed(follow_up="And then?", explanation="Because of physics.") == rubric.hash
    assert changed(weight=1) != rubric.hash
    assert changed(statement="The water must boil.") != rubric.hash
    assert make_rubric(question="How is tea made?").hash != rubric.hash


def test_a_bank_knows_its_order_sections_and_nearest_names(tmp_path: Path, rubric: Rubric):
    bank = Bank.load(write_bank(tmp_path, make_rubric(id="coffee"), rubric))
    assert [r.id for r in bank] == ["coffee", "tea"]
    assert bank.section_of("tea").title == "All of it"
    with pytest.raises(UnknownName, match="Did you mean coffee"):
        bank["cofee"]


def test_loading_a_bank_gathers_the_faults_of_all_files(tmp_path: Path, rubric: Rubric):
    folder = write_bank(tmp_path, make_rubric(id="coffee"), rubric)
    for name in ("coffee", "tea"):
        path = folder / f"{name}.yaml"
        path.write_text(path.read_text().replace("weight: 3.0", "weight: -1"))
    with pytest.raises(RubricError) as caught:
        Bank.load(folder)
    assert {fault.path.name for fault in caught.value.faults} == {"coffee.yaml", "tea.yaml"}


def test_a_folder_without_contents_is_no_bank(tmp_path: Path):
    with pytest.raises(RubricError, match=r"no bank\.yaml"):
        Bank.load(tmp_path)
