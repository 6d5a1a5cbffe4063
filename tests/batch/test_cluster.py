"""A local Ray cluster of two workers, compared with one process. Slow: the cluster takes seconds to begin."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from interviewer import Bank

pytest.importorskip("ray")


def interviewer(*arguments: str) -> dict[str, Any]:
    """Run the command in a process of its own and return what it says as JSON, its exit code under 'exit'."""
    command = [sys.executable, "-m", "interviewer", "grade", *arguments, "--judge", "local", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ})
    said = json.loads(done.stdout[done.stdout.index("{") :]) if "{" in done.stdout else {}
    return {**said, "exit": done.returncode, "stderr": done.stderr}


def write_inputs() -> None:
    """Three files of two formats: whole answers, half ones, a blank, an unknown question, a broken line."""
    chance = random.Random(5)
    rubrics = list(Bank.load("ai-medical-imaging-analyst"))[:5]
    records = []
    for n in range(180):
        rubric = chance.choice(rubrics)
        points = chance.sample(rubric.points, chance.randint(0, len(rubric.points)))
        answer = " ".join(point.statement for point in points) or " "
        records.append({"id": f"{n:03}", "question": rubric.id if n % 50 else "nobody-asks-this", "answer": answer})
    Path("in").mkdir()
    for name, some in (("a.csv", records[:60]), ("b.csv", records[60:120])):
        with (Path("in") / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(records[0]))
            writer.writeheader()
            writer.writerows(some)
    lines = [json.dumps(record) for record in records[120:]]
    Path("in/c.jsonl").write_text("\n".join([*lines, "{broken"]) + "\n", encoding="utf-8")


def rows(path: Path) -> bytes:
    """Every row, to the byte."""
    return pl.read_parquet(path).write_ndjson().encode()


@pytest.mark.slow
def test_two_workers_give_the_bytes_of_one_process_and_a_second_run_makes_only_what_changed():
    write_inputs()
    first = interviewer("in", "-o", "shards", "--engine", "ray", "--workers", "2")
    assert (first["exit"], first["shards"], first["kept"]) == (0, 3, 0), first["stderr"]
    for source in sorted(Path("in").iterdir()):
        one = Path(f"{source.stem}.parquet")
        assert interviewer(str(source), "-o", str(one))["exit"] == 0
        (shard,) = Path("shards").glob(f"{source.stem}-*.parquet")
        assert rows(shard) == rows(one)
    before = {path: path.stat().st_mtime_ns for path in Path("shards").glob("*.parquet")}
    with Path("in/b.csv").open("a", encoding="utf-8") as file:
        file.write("new,dicom-format,One more answer about scanners.\n")
    Path("in/d.csv").write_text("name,said\nx,y\n", encoding="utf-8")
    again = interviewer("in", "-o", "shards", "--engine", "ray", "--workers", "2")
    assert (again["exit"], again["shards"], again["kept"]) == (1, 4, 2), again["stderr"]
    assert "d.csv has no column 'question'" in again["stderr"]
    assert sorted(p.name[0] for p, made in before.items() if p.stat().st_mtime_ns != made) == ["b"]
    total = sum(first["statuses"].values())
    assert sum(again["statuses"].values()) == total + 1
    assert len(pl.read_parquet("shards/[!_]*.parquet")) == total + 1, "the folder is read as one table"
