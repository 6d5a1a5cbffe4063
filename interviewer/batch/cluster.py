"""Many files graded on a Ray cluster: each file is a shard, read by Ray Data and graded whole by one of a pool of actors.

Within an actor everything is `grade_file`: the same readers, the same judge, the same arithmetic as in one process.
A shard says in its metadata what it was made of, so a run that is started again makes only those that are missing or changed.
"""

from __future__ import annotations

import glob
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.fs as pa_fs
import pyarrow.parquet as pq
import ray
import ray.data

from interviewer.batch.ask import Ask, Calls, only_computes
from interviewer.batch.budget import Budget
from interviewer.batch.compute import Computes
from interviewer.batch.grade_file import Graded, Grader, durable_store, grade_file
from interviewer.batch.pace import Pace, paced_client
from interviewer.batch.read import FORMATS, format_of, read_chunks
from interviewer.batch.rows import Chunk, Columns
from interviewer.errors import InputError, InterviewerError
from interviewer.judges import choose_judge, make_panel
from interviewer.rubric import Bank
from interviewer.settings import Settings, load_settings

METADATA = b"interviewer"
READ = frozenset({"csv", "tsv", "jsonl", "parquet"})
SUFFIXES = [suffix.removeprefix(".") for suffix, kind in FORMATS.items() if kind in READ]


@dataclass(frozen=True)
class Receipt:
    """What came of one file: its shard, whether an earlier run had made it, rows by status; or why there is none."""

    source: str
    shard: str
    kept: bool = False
    rows: int = 0
    statuses: str = "{}"
    usage: str = "{}"
    error: str = ""


@dataclass(frozen=True)
class Task:
    """What every actor needs to know. No key: an actor reads its own node's environment."""

    bank: Bank
    columns: Columns
    form: str | None
    output: str
    settings: dict[str, Any]
    concurrency: int


class _InActor(Grader):
    """A grader that starts no processes: the cluster has its own."""

    def asks(self) -> Ask:
        """Calls; a judge that only computes does so here."""
        if only_computes(self.judge):
            return Computes.here(self.judge, self.bank)
        return Calls(self.judge, self.pace, self.budget, self.settings)


class ShardGrader:
    """The actor: files in, receipts out."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.settings = load_settings(**task.settings)
        self.files, self.folder = place(task.output)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Grade a batch of files, given as their bytes and paths."""
        made = [self.grade(bytes(c), str(path)) for c, path in zip(batch["bytes"], batch["path"], strict=True)]
        return {name: [getattr(receipt, name) for receipt in made] for name in Receipt.__dataclass_fields__}

    def grade(self, content: bytes, source: str) -> Receipt:
        """One file graded into its shard, unless that is there already."""
        shard = f"{self.folder}/{shard_name(source)}"
        try:
            grader = self._grader()
            made_of = _identity(content, self.task, grader)
            if known := self._known(shard, made_of):
                return Receipt(source, shard, kept=True, rows=known["rows"], statuses=known["statuses"])
            return self._made(grader, content, source, shard, made_of)
        except InterviewerError as error:
            return Receipt(source, shard, error=str(error))
        except OSError as error:  # of a disk, or of object storage, which has many more
            return Receipt(source, shard, error=f"{shard} cannot be read or written: {error}")

    def _made(self, grader: Grader, content: bytes, source: str, shard: str, made_of: str) -> Receipt:
        with tempfile.TemporaryDirectory() as folder:
            kind = format_of(source, self.task.form)
            given, made = Path(folder) / f"in.{kind}", Path(folder) / "out.parquet"
            given.write_bytes(content)
            with durable_store(self.settings, None, cache=not only_computes(grader.judge)) as store:
                rows = self._read(given, kind, source)
                graded = grade_file(grader, rows, store, (made, "parquet"), shard_name(source))
            statuses = json.dumps(dict(graded.tally.statuses))
            said = {
                "made_of": made_of,
                "rows": graded.tally.rows,
                "statuses": statuses,
                "judge": grader.judge.info.model_dump(),
            }
            self._publish(graded, made, shard, said)
        usage = graded.tally.usage.model_dump_json()
        return Receipt(source, shard, rows=graded.tally.rows, statuses=statuses, usage=usage)

    def _read(self, given: Path, kind: str, source: str) -> Iterator[Chunk]:
        try:
            yield from read_chunks(str(given), self.task.columns, kind)
        except InputError as error:
            raise InputError(str(error).replace(str(given), source)) from None

    def _publish(self, graded: Graded, made: Path, shard: str, said: dict[str, Any]) -> None:
        """Under its name only when whole: readers pass over names that begin with an underscore."""
        table = pq.read_table(made)
        kept = table.schema.metadata or {}
        table = table.replace_schema_metadata({**kept, METADATA: json.dumps(said).encode()})
        name = PurePosixPath(shard).name
        part = f"{self.folder}/_{name}.part"
        pq.write_table(table, part, filesystem=self.files, compression="zstd")
        self.files.move(part, shard)
        if graded.rejected is not None:
            with self.files.open_output_stream(f"{self.folder}/_{name}.rejected.jsonl") as stream:
                stream.write(graded.rejected.read_bytes())

    def _known(self, shard: str, made_of: str) -> dict[str, Any] | None:
        if self.files.get_file_info(shard).type is pa_fs.FileType.NotFound:
            return None
        said = json.loads((pq.read_schema(shard, filesystem=self.files).metadata or {}).get(METADATA, b"{}"))
        return said if said.get("made_of") == made_of else None

    def _grader(self) -> Grader:
        """One for each file: a client lives as long as its loop."""
        pace = Pace(self.task.concurrency)
        client = paced_client(pace, self.settings.timeout) if self.settings.has_model else None
        judge = make_panel(choose_judge(self.settings), self.settings, client)
        return _InActor(self.task.bank, judge, self.settings, pace, Budget(), client)


def grade_on_cluster(
    source: str, bank: Bank, columns: Columns, output: str, settings: Settings, *,
    form: str | None = None, concurrency: int = 32, workers: int | None = None,
) -> Iterator[Receipt]:  # fmt: skip
    """Grade every file of `source` (a file, folder, glob or object storage address) into a shard of its own.

    Uses the cluster of RAY_ADDRESS, or else one on this machine. Receipts come as shards are done, in no order.

    Raises:
        InputError: there is no such file, or the output is no folder.

    """
    files, folder = place(output)
    try:
        files.create_dir(folder, recursive=True)
    except OSError as error:
        raise InputError(f"{output} cannot be used as an output: {error}") from None
    given = settings.model_dump(exclude_unset=True, exclude={"api_key"})
    task = Task(bank, columns, form, output, given | {"judge": choose_judge(settings)}, concurrency)
    pool = ray.data.ActorPoolStrategy(size=_actors(workers))
    ray.data.DataContext.get_current().enable_progress_bars = False
    found = _found(source, None if form else SUFFIXES)
    receipts = found.map_batches(ShardGrader, fn_constructor_args=[task], batch_size=1, compute=pool, num_cpus=1)
    for row in receipts.iter_rows():
        yield Receipt(**row)


def _found(source: str, suffixes: list[str] | None) -> ray.data.Dataset:
    """Every file of the input, as its bytes and path. Listing is done at once, reading later."""
    try:
        return ray.data.read_binary_files(_inputs(source), include_paths=True, file_extensions=suffixes)
    except (OSError, ValueError) as error:  # not there, not reached, or no file of a known format among them
        raise InputError(f"{source} cannot be read: {' '.join(str(error).split())}") from None


def _actors(workers: int | None) -> int:
    """Connect to the cluster, or begin one here; how many actors to have. One core is left to reading."""
    if not ray.is_initialized():
        here = None if os.environ.get("RAY_ADDRESS") else 1 + (workers or os.cpu_count() or 1)
        ray.init(num_cpus=here, log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
    cores: dict[str, float] = ray.cluster_resources()
    free = max(1, int(cores.get("CPU", 1)) - 1)
    return min(workers or free, free)


def shard_name(source: str) -> str:
    """The shard of a file: its own name, and 8 digits for the folder in which it stands."""
    path = PurePosixPath(source)
    return f"{path.stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}.parquet"


def place(address: str) -> tuple[pa_fs.FileSystem, str]:
    """The file system and the path of a folder, local or in object storage."""
    if "://" in address:
        try:
            files, folder = pa_fs.FileSystem.from_uri(address)
        except (OSError, ValueError) as error:
            raise InputError(f"{address} cannot be used as an output: {error}.") from None
        return files, folder.rstrip("/")
    path = Path(address).absolute()
    if path.is_file():
        raise InputError(f"{address} is a file. With --engine ray the output is a folder of Parquet files.")
    return pa_fs.LocalFileSystem(), str(path)


def _inputs(source: str) -> str | list[str]:
    if "://" in source or Path(source).is_dir():
        return source if "://" in source else str(Path(source).absolute())
    found = [source] if Path(source).is_file() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207  # absolute patterns too
    if not found:
        raise InputError(f"{source}: there is no such file or folder.")
    return [str(Path(name).absolute()) for name in found]


def _identity(content: bytes, task: Task, grader: Grader) -> str:
    """A hash of all that decides what a shard holds."""
    columns = task.columns
    rest = {
        "bank": [rubric.hash for rubric in task.bank],
        "columns": [columns.question, columns.answer, columns.asked, sorted(columns.wide)],
        "judge": grader.judge.info.model_dump(),
    }
    return hashlib.sha256(content + json.dumps(rest).encode()).hexdigest()[:32]
