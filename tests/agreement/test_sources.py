from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interviewer.agreement.labels import LabelSet, is_held_aside
from interviewer.agreement.sources import Columns, load_labels
from interviewer.errors import InputError, UnknownName
from interviewer.judgement import Verdict
from interviewer.rubric import Rubric

Table = Callable[..., Path]


SEMEVAL = """<question id="Q" module="M"><questionText>What keeps tea warm?</questionText>
<referenceAnswers><referenceAnswer id="a1">A warmed pot keeps the heat of the tea.</referenceAnswer>
<referenceAnswer id="a2">A woollen cosy slows down the cooling.</referenceAnswer></referenceAnswers>
<studentAnswers>
<studentAnswer id="s1" accuracy="correct">A woollen cosy slows the cooling down a lot.</studentAnswer>
<studentAnswer id="s2" accuracy="incorrect">Sugar sweetens every single cup.</studentAnswer>
<studentAnswer id="s3" accuracy="contradictory">Nothing keeps the heat.</studentAnswer>
</studentAnswers></question>"""


@pytest.fixture
def semeval(tmp_path: Path) -> Path:
    """Eight questions, so that some are held aside and some are not."""
    folder = tmp_path / "beetle"
    folder.mkdir()
    for number in range(8):
        (folder / f"Q{number}.xml").write_text(SEMEVAL)
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """A CSV or JSON Lines file of these rows."""

    def write(*rows: dict[str, object], name: str = "labels.csv") -> Path:
        path = tmp_path / name
        if path.suffix == ".jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        else:
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        return path

    return write


def load(path: Path, rubric: Rubric | None = None, **options: object) -> LabelSet:
    def find(name: str) -> Rubric:
        if rubric is None or name != rubric.id:
            raise UnknownName("question", name, [rubric.id] if rubric else [])
        return rubric

    return load_labels(path, find, **options)  # type: ignore[arg-type]  # options are checked where they are used


def test_semeval_reads_every_answer_and_any_reference_is_enough(semeval: Path):
    labels = load(semeval)
    assert len(labels.answers) == 24
    first, _, third = labels.answers[:3]
    assert first.question == "beetle/Q0"
    assert [p.statement for p in first.rubric.points] == [
        "A warmed pot keeps the heat of the tea.",
        "A woollen cosy slows down the cooling.",
    ]
    assert len(first.labels[0].points) == 2
    assert (first.labels[0].verdict, third.labels[0].verdict) == (Verdict.COVERED, Verdict.CONTRADICTED)


def test_what_is_held_aside_is_whole_questions_chosen_by_their_name(semeval: Path):
    labels = load(semeval)
    aside = {answer.question for answer in labels.held_aside().answers}
    assert aside == {name for name in {a.question for a in labels.answers} if is_held_aside(name)}
    assert is_held_aside("beetle/FaultFinding-VOLTAGE_GAP_EXPLAIN_WHY1")
    assert not is_held_aside("beetle/FaultFinding-VOLTAGE_DEFINE_Q")


def test_ricechem_pairs_are_joined_by_student_and_columns_about_the_grade_are_no_points(tmp_path: Path):
    (tmp_path / "Sample Student Answers.xlsx - Q4.csv").write_text(
        'sis_id,"416: Why is tea\nhot?","the water boiled\nthe pot was warm"\na,Because the water boiled.,\nb,,\nc,No idea.,\n'
    )
    (tmp_path / "Sample Gradescope Export.xlsx - Q4.csv").write_text(
        "SID,Score,incorrect,the water boiled,the pot was warm,Blank,Adjustment,Comments\n"
        "a,1,FALSE,TRUE,FALSE,FALSE,,\nb,0,FALSE,FALSE,FALSE,TRUE,,\nc,0,TRUE,FALSE,FALSE,FALSE,-1,see comment\n"
    )
    labels = load(tmp_path)
    assert [answer.text for answer in labels.answers] == ["Because the water boiled.", "No idea."]
    assert labels.answers[0].rubric.question == "Why is tea hot?"
    assert labels.answers[0].verdicts == {"the-water-boiled": "covered", "the-pot-was-warm": "missing"}
    assert labels.answers[0].score == 50
    one = load(tmp_path / "Sample Student Answers.xlsx - Q4.csv")
    assert one.answers == labels.answers, "one file of the pair is enough to name it"


def test_criteria_with_ground_truth_become_points(tmp_path: Path):
    path = tmp_path / "data.json"
    data = {
        "prompt": "Why is tea hot?",
        "rubric": [
            {"name": "b", "weight": 3, "requirement": "The water boiled."},
            {"requirement": "The pot was warm."},
        ],
        "items": [{"submission": "It boiled.", "ground_truth": ["MET", "UNMET"]}, {"submission": "Unlabelled."}],
    }
    path.write_text(json.dumps(data))
    first, second = load(path).answers
    assert first.verdicts == {"the-water-boiled": "covered", "the-pot-was-warm": "missing"}
    assert first.score == 75
    assert second.labels == ()
    path.write_text(json.dumps(data | {"items": [{"submission": "x", "ground_truth": ["MET"]}]}))
    with pytest.raises(InputError, match="item 1: 1 labels in ground_truth for 2 criteria"):
        load(path)


def test_mohler_scores_are_out_of_five_and_every_row_is_an_answer(table: Table):
    row = {"id": "1.1", "question": "What is a pointer?", "desired_answer": "A variable that holds an address."}
    rows = [row | {"student_answer": "An address.", "score_me": s, "score_avg": s} for s in ("3.5", "4.5")]
    labels = load(table(*rows, name="mohler.csv"))
    assert [answer.score for answer in labels.answers] == [70, 90]
    assert labels.levels == 5


def test_rows_of_single_points_are_one_answer_and_the_last_word_on_a_point_counts(table: Table, rubric: Rubric):
    said = {"question": "tea", "answer": "The water boils."}
    path = table(
        said | {"point": "boil", "label": "missing"},
        said | {"point": "pot", "label": "no"},
        said | {"point": "kinds", "label": ""},
        said | {"point": "boil", "label": "covered"},
    )
    (answer,) = load(path, rubric).answers
    assert answer.verdicts == {"boil": "covered", "pot": "missing"}
    assert answer.score is None, "a point without a label leaves the score open"


def test_json_lines_can_hold_the_rubric_and_all_labels_of_an_answer(table: Table, rubric: Rubric):
    row = {
        "rubric": rubric.model_dump(mode="json"),
        "answer": "Boil it.",
        "labels": {"boil": "covered", "pot": "partial"},
    }
    (answer,) = load(table(row, name="labels.jsonl")).answers
    assert answer.rubric == rubric
    assert answer.verdicts == {"boil": "covered", "pot": "partial"}


def test_any_csv_is_read_by_the_names_of_its_columns(table: Table):
    path = table({"prompt": "Why tea?", "model": "It is warm.", "said": "Warmth.", "mark": "7"})
    columns = Columns(question="prompt", reference="model", answer="said", score="mark")
    (answer,) = load(path, columns=columns, top=10).answers
    assert (answer.score, answer.rubric.points[0].statement) == (70, "It is warm.")


def test_labels_in_yaml_are_read_with_the_rubric_they_name(tmp_path: Path, rubric: Rubric):
    path = tmp_path / "tea.yaml"
    path.write_text("rubric: tea\nanswers:\n  - text: Boil it.\n    verdicts: {boil: covered, pot: missing}\n")
    assert load(path, rubric).answers[0].verdicts == {"boil": "covered", "pot": "missing"}
    path.write_text("rubric: tea\nanswers:\n  - text: Boil it.\n    verdicts: {milk: covered}\n")
    with pytest.raises(InputError, match=r"tea.yaml:3: rubric 'tea' has no point 'milk'"):
        load(path, rubric)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"point": "boil", "label": "splendid"},
            r"labels.csv:2: the label 'splendid' is not known; use covered, partial",
        ),
        ({"point": "boyl", "label": "covered"}, r"There is no point 'boyl'. Did you mean boil\?"),
        ({"question": "coffee", "label": "covered"}, r"labels.csv:2: There is no question 'coffee'"),
        ({"score": "120"}, r"the score '120' is not a number in 0–100. Give the best with --max-score"),
        ({"point": "boil", "label": ""}, r"holds no labelled answer \(read as table\)"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(table: Table, rubric: Rubric, row: dict[str, str], said: str):
    with pytest.raises(InputError, match=said):
        load(table({"question": "tea", "answer": "Boil it."} | row), rubric)


def test_a_table_without_an_answer_column_says_what_it_has(table: Table, rubric: Rubric):
    with pytest.raises(InputError, match="no column 'answer'; it has: question, text"):
        load(table({"question": "tea", "text": "Boil it."}), rubric)
