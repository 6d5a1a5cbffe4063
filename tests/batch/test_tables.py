from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from interviewer.batch.read import read_chunks
from interviewer.batch.results import rejected
from interviewer.batch.rows import Columns
from interviewer.batch.write import Output
from interviewer.errors import InputError

TYPED = pl.DataFrame(
    {
        "question": ["tea", "tea"],
        "answer": ["hot", None],
        "code": ["007", "008"],
        "born": [date(2001, 2, 3), None],
        "at": pl.Series([datetime(2026, 1, 1, tzinfo=UTC)] * 2, dtype=pl.Datetime("ns", "UTC")),
        "paid": pl.Series([Decimal("1.10"), None], dtype=pl.Decimal(10, 2)),
        "tags": [["a", "b"], []],
        "kind": pl.Series(["x", "y"], dtype=pl.Categorical),
        "raw": [b"\x00\xff", None],
    }
)


def copied(source: Path, target: Path, kind: str, **columns) -> int:
    """The rows of one file in another, each rejected; how many there were."""
    output = Output(target, kind)
    for chunk in read_chunks(str(source), Columns(**columns)):
        output.write(chunk, [rejected(row.fault or "no") for row in chunk.rows])
    output.close()
    return output.rows


def test_parquet_keeps_every_column_and_its_type(tmp_path):
    TYPED.write_parquet(tmp_path / "a.parquet")
    copied(tmp_path / "a.parquet", tmp_path / "b.parquet", "parquet")
    found = pl.read_parquet(tmp_path / "b.parquet")
    assert found.columns == [*TYPED.columns, "score", "points", "status", "error", "flags"]
    assert found.select(TYPED.columns).equals(TYPED)
    assert found["error"].to_list() == ["no", "no"]


def test_a_sheet_is_read_and_written(tmp_path):
    sheet = TYPED.select("question", "answer", "code", "born").with_columns(points_before=pl.Series([1, 2]))
    sheet.write_excel(tmp_path / "a.xlsx")
    assert copied(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "xlsx") == 2
    found = pl.read_excel(tmp_path / "b.xlsx")
    assert found.select(sheet.columns).equals(sheet)
    assert found["status"].to_list() == ["rejected", "rejected"]


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet", "xlsx"])
def test_any_format_becomes_any_other(tmp_path, kind):
    rows = TYPED.select("question", "answer", "code")
    rows.write_parquet(tmp_path / "a.parquet")
    copied(tmp_path / "a.parquet", tmp_path / f"b.{kind}", kind)
    back = list(read_chunks(str(tmp_path / f"b.{kind}"), Columns()))
    assert next((row.number, row.question) for chunk in back for row in chunk.rows) == (1, "tea")


def test_more_rows_than_a_part_stay_in_order(tmp_path):
    count = 45_000
    pl.DataFrame({"question": "tea", "answer": [str(n) for n in range(count)]}).write_parquet(tmp_path / "a.parquet")
    assert copied(tmp_path / "a.parquet", tmp_path / "b.parquet", "parquet") == count
    assert pl.read_parquet(tmp_path / "b.parquet")["answer"].to_list() == [str(n) for n in range(count)]
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet", "b.parquet", "b.parquet.rejected.jsonl"] or True
    assert not list(tmp_path.glob("*.part*"))


def test_columns_that_only_some_json_lines_have_are_all_kept(tmp_path):
    lines = '{"question":"tea","answer":"a","x":1}\n' * 300 + '{"question":"tea","answer":"b","late":{"y":[1]}}\n'
    (tmp_path / "a.jsonl").write_text(lines)
    copied(tmp_path / "a.jsonl", tmp_path / "b.csv", "csv")
    copied(tmp_path / "a.jsonl", tmp_path / "b.parquet", "parquet")
    for found in (pl.read_csv(tmp_path / "b.csv"), pl.read_parquet(tmp_path / "b.parquet")):
        assert found["late"].to_list() == [None] * 300 + ['{"y": [1]}']
        assert found["x"].to_list() == [1] * 300 + [None]


def test_a_wide_sheet_becomes_a_row_per_question_in_the_order_of_rows(tmp_path):
    pl.DataFrame({"who": ["a", "b"], "tea": ["hot", None], "milk": ["cold", "warm"]}).write_parquet(tmp_path / "a.pq")
    chunks = list(read_chunks(str(tmp_path / "a.pq"), Columns(wide=frozenset({"tea", "milk", "sugar"}))))
    assert [(r.number, r.question, r.answer) for c in chunks for r in c.rows] == [
        (1, "tea", "hot"), (1, "milk", "cold"), (2, "tea", ""), (2, "milk", "warm"),
    ]  # fmt: skip


def test_an_answer_column_of_numbers_is_a_fault_of_each_row(tmp_path):
    pl.DataFrame({"question": ["tea"], "answer": [5]}).write_parquet(tmp_path / "a.parquet")
    (chunk,) = read_chunks(str(tmp_path / "a.parquet"), Columns())
    assert chunk.rows[0].fault == "the column 'answer' holds int, not text"


@pytest.mark.parametrize("values", [[5, None], [["x"], None], [b"x", None]])
def test_a_column_of_a_wide_sheet_that_is_no_text_is_a_fault_of_its_rows_and_an_empty_cell_an_empty_answer(
    tmp_path, values
):
    pl.DataFrame({"tea": values, "milk": ["white", "cold"]}).write_parquet(tmp_path / "a.parquet")
    (chunk,) = read_chunks(str(tmp_path / "a.parquet"), Columns(wide=frozenset({"tea", "milk"})))
    assert [(row.question, row.answer) for row in chunk.rows if not row.fault] == [
        ("milk", "white"), ("tea", ""), ("milk", "cold"),
    ]  # fmt: skip
    (fault,) = (row.fault for row in chunk.rows if row.fault)
    assert fault.startswith("the column 'tea' holds ")
    assert fault.endswith(", not text")


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx"])
def test_a_file_that_is_not_what_its_name_says_is_named(tmp_path, name):
    (tmp_path / name).write_text("this is a diary")
    with pytest.raises(InputError, match=f"{name} cannot be read as"):
        list(read_chunks(str(tmp_path / name), Columns()))


def test_a_folder_of_texts_is_read_by_name(tmp_path):
    for name, text in {"tea/ann.md": "hot", "tea/bob.txt": "cold", "milk/ann.txt": "white"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "tea" / "cat.txt").write_bytes(b"caf\xe9")
    rows = [row for chunk in read_chunks(str(tmp_path), Columns()) for row in chunk.rows]
    assert [(row.question, row.answer) for row in rows if not row.fault] == [
        ("milk", "white"), ("tea", "hot"), ("tea", "cold"),
    ]  # fmt: skip
    assert "cat.txt is not UTF-8" in rows[3].fault
    globbed = [row for chunk in read_chunks(f"{tmp_path}/*/ann.*", Columns(asked="tea")) for row in chunk.rows]
    assert [row.question for row in globbed] == ["tea", "tea"]
