"""A local Ray cluster of two workers, compared with one process, on the disk and in object storage.

Slow: the cluster takes seconds to begin. Object storage is moto's server, S3 over HTTP on the loopback interface.
"""

from __future__ import annotations

import csv
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from interviewer import Bank

pytest.importorskip("ray")


def interviewer(*arguments: str) -> dict[str, Any]:
    """Run the command in a process of its own and return what it says as JSON, its exit code under 'exit'."""
    command = [sys.executable, "-m", "interviewer", "grade", *arguments, "--judge", "local", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, env={**os.environ})
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


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Object storage with an empty bucket, `answers`, reached as docs/scale.md says; pyarrow's view of it."""
    pytest.importorskip("moto")
    import pyarrow.fs as pa_fs

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", url.rpartition(":")[2]]
    with (tmp_path / "storage.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        end = time.monotonic() + 120
        while True:
            try:
                httpx.put(f"{url}/answers", timeout=30).raise_for_status()
                break
            except httpx.TransportError:
                assert time.monotonic() < end, (tmp_path / "storage.log").read_text()
                time.sleep(0.1)
        yield pa_fs.S3FileSystem(endpoint_override=url, region="us-east-1")
        server.terminate()


def stored(storage: Any, folder: str) -> dict[str, bytes]:
    """Every object of a folder, by its name."""
    import pyarrow.fs as pa_fs

    found = storage.get_file_info(pa_fs.FileSelector(folder, recursive=True))
    return {info.base_name: storage.open_input_stream(info.path).readall() for info in found if info.is_file}


@pytest.mark.slow
def test_object_storage_is_read_and_written_with_the_grades_of_one_process_and_kept_on_a_second_run(storage):
    write_inputs()
    for source in Path("in").iterdir():
        with storage.open_output_stream(f"answers/in/{source.name}") as stream:
            stream.write(source.read_bytes())
    run = ["s3://answers/in", "-o", "s3://answers/graded", "--engine", "ray", "--workers", "2"]
    first = interviewer(*run)
    assert (first["exit"], first["shards"], first["kept"]) == (0, 3, 0), first["stderr"]
    assert first["output"] == "s3://answers/graded"
    made = stored(storage, "answers/graded")
    assert not [name for name in made if name.endswith(".part")], "what is not whole has no name of its own"
    for source in sorted(Path("in").iterdir()):
        one = Path(f"{source.stem}.parquet")
        assert interviewer(str(source), "-o", str(one))["exit"] == 0
        (shard,) = (name for name in made if name.startswith(f"{source.stem}-"))
        Path(shard).write_bytes(made[shard])
        assert rows(Path(shard)) == rows(one)
        rejected = made[f"_{shard}.rejected.jsonl"]
        assert rejected == Path(f"{one}.rejected.jsonl").read_bytes()
    again = interviewer(*run)
    assert (again["exit"], again["shards"], again["kept"]) == (0, 3, 3), again["stderr"]
    assert again["statuses"] == first["statuses"]
    assert stored(storage, "answers/graded") == made


@pytest.mark.slow
def test_storage_that_is_not_there_or_not_reached_is_one_clear_line(storage, monkeypatch):
    for source, output in (("s3://answers/nothing", "s3://answers/out"), ("in", "s3://no-such-bucket/out")):
        Path("in").mkdir(exist_ok=True)
        Path("in/a.csv").write_text("question,answer\ndicom-format,It is a standard.\n")
        said = interviewer(source, "-o", output, "--engine", "ray", "--workers", "1")
        assert said["exit"] == 1
        assert "Traceback" not in said["stderr"]
        assert (source if "nothing" in source else output).removeprefix("s3://") in said["stderr"]
