from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.batch.rows import Columns, Row
from interviewer.batch.text import cell_text, delimiter_of, read_csv, read_jsonl
from interviewer.errors import InputError

HEADER = b"candidate,question,answer\n"


def csv_rows(data: bytes, **columns):
    return list(read_csv(io.BytesIO(data), Columns(**columns), "a.csv")[1])


def json_rows(data: bytes):
    return list(read_jsonl(io.BytesIO(data), Columns(), "a.jsonl"))


def faults(rows) -> dict[int, str]:
    return {number: fault for number, _, fault in rows if fault}


def test_cells_are_text_as_it_stands_in_the_file():
    rows = csv_rows(HEADER + b'007,tea,"two\r\nlines, ""quoted"""\n')
    assert rows == [(1, {"candidate": "007", "question": "tea", "answer": 'two\r\nlines, "quoted"'}, "")]


@pytest.mark.parametrize(
    ("header", "columns", "delimiter"),
    [
        ("question,answer", Columns(), ","),
        ("question;answer", Columns(), ";"),
        ('"question";"who, when";"answer"', Columns(), ";"),
        ("question\tanswer;text\tanswer", Columns(), "\t"),
        ("who,note;question;answer", Columns(), ";"),
        ("name;tea, black;milk", Columns(wide=frozenset({"milk"})), ";"),
        ("frage;antwort", Columns(), ";"),
        ("answer", Columns(asked="tea"), ","),
    ],
)
def test_the_delimiter_is_the_one_that_finds_the_columns(header, columns, delimiter):
    assert delimiter_of(header + "\r\n", columns, ",") == delimiter


def test_a_byte_order_mark_is_no_part_of_the_header():
    assert faults(csv_rows(b"\xef\xbb\xbf" + HEADER + b"a,tea,x\n")) == {}


def test_utf_16_with_its_mark_is_read():
    data = (HEADER + "a,tea,café\n".encode()).decode().encode("utf-16")
    assert csv_rows(data)[0][1]["answer"] == "café"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_what_is_broken_in_another_encoding_is_named_and_the_rows_around_it_are_read(encoding):
    lines = [HEADER.decode(), "a,tea,before\n", "b,tea,half \ud800 a pair\n", "c,tea,after\n"]
    data = "".join(lines).encode(encoding, "surrogatepass")
    rows = csv_rows(data)
    assert [record["candidate"] for _, record, _ in rows] == ["a", "b", "c"]
    assert faults(rows) == {2: f"the column 'answer' is not {encoding.upper()}"}
    assert faults(csv_rows(data[:-1]))[3] == f"the column 'answer' is not {encoding.upper()}", "cut off in a character"


def test_utf_16_without_its_mark_is_said_to_be_that():
    with pytest.raises(InputError, match="NUL characters in its header, as UTF-16 without a mark"):
        csv_rows(HEADER.decode().encode("utf-16-le"))


def test_lines_may_end_with_a_carriage_return_alone():
    data = (HEADER + b'a,tea,x\nb,tea,"two\nlines"\n').replace(b"\n", b"\r")
    assert [record["answer"] for _, record, _ in csv_rows(data)] == ["x", "two\rlines"]
    assert not faults(csv_rows(data))
    line = b'{"question": "tea", "answer": "x"}'
    assert [record["answer"] for _, record, _ in json_rows(line + b"\r" + line + b"\r")] == ["x", "x"]


def test_a_header_that_is_no_csv_is_said_and_not_a_crash():
    with pytest.raises(InputError, match=r"a\.csv: line 1 is not CSV"):
        csv_rows(b"question,an\rswer\ntea,x\n")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'b,tea,"broken "quote" here\n', "line 3 is not CSV"),
        (b"b,tea\n", "line 3 has fewer cells than the header (2, not 3)"),
        (b"b,tea,x,y\n", "line 3 has more cells than the header (4, not 3)"),
        (b"b,tea,caf\xe9\n", "the column 'answer' is not UTF-8"),
        (b'b,tea,"never closed\n', "line 3 is not CSV"),
    ],
)
def test_a_broken_line_is_named_and_the_ones_around_it_are_read(line: bytes, fault: str):
    rows = csv_rows(HEADER + b"a,tea,before\n" + line + b"c,tea,after\nd,tea,last\n")
    found = faults(rows)
    assert list(found) == [2]
    assert found[2].startswith(fault)
    assert [record["candidate"] for number, record, _ in rows if number not in found] == ["a", "c", "d"]


def test_a_nul_and_a_very_long_cell_are_read():
    rows = csv_rows(HEADER + b"a,tea,x\x00y\nb,tea," + b"w" * 5_000_000 + b"\n")
    assert [len(record["answer"]) for _, record, _ in rows] == [3, 5_000_000]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.csv is empty"),
        (b"who,what\n1,2\n", "no column 'question' and no column 'answer'; it has: who, what"),
        (b"question,answer,answer\n", "two columns 'answer'"),
    ],
)
def test_a_file_that_cannot_be_graded_at_all_says_why(data: bytes, message: str):
    with pytest.raises(InputError, match=message):
        csv_rows(data)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=3, max_size=3), max_size=8))
def test_what_a_csv_writer_writes_is_read_back(cells: list[list[str]]):
    import csv

    out = io.StringIO(newline="")
    csv.writer(out).writerow(["candidate", "question", "answer"])
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(cells)
    rows = csv_rows(out.getvalue().encode())
    assert [list(record.values()) for _, record, _ in rows] == cells
    assert not faults(rows)


def test_values_of_json_lines_keep_their_types():
    line = b'{"question": "tea", "answer": "x", "n": 12345678901234567890, "f": 1.0, "deep": {"a": [null, true]}}\n'
    assert json_rows(line)[0][1]["deep"] == {"a": [None, True]}
    assert json_rows(line)[0][1]["n"] == 12345678901234567890


def test_broken_json_lines_are_named_and_the_others_are_read():
    good = b'{"question": "tea", "answer": "x"}\n'
    rows = json_rows(good + b'{"question": \n[1]\n\n' + good + b'{"question": "tea", "answer": "\\ud800"}\n')
    assert {n: fault.split(":")[0] for n, fault in faults(rows).items()} == {
        2: "line 2 is not JSON",
        3: "line 3 is not a JSON object",
        5: "the column 'answer' is not UTF-8",
    }


def test_an_answer_that_is_no_text_is_a_fault_of_its_row():
    columns = Columns()
    assert columns.row(1, {"question": "tea", "answer": 5}).fault == "the column 'answer' holds int, not text"
    assert columns.row(1, {"question": "tea"}) == Row(1, "tea", "")


def test_a_wide_record_becomes_one_per_question():
    columns = Columns(wide=frozenset({"tea", "milk"}))
    assert columns.long({"who": "a", "milk": "m", "tea": None}) == [
        {"who": "a", "question": "milk", "answer": "m"},
        {"who": "a", "question": "tea", "answer": ""},
    ]


def test_a_cell_holds_text_numbers_and_json():
    assert [cell_text(v) for v in ("a", None, 1.5, True, [1, "é"])] == ["a", "", "1.5", "true", '[1, "é"]']
