"""Peak memory of `grade` by number of rows: flat, because nothing grows with the file.

    python benchmarks/batch_memory.py [ROWS ...]        # default: 10000 100000

Each size runs in a process of its own, from CSV to CSV, with a judge that says at once that every point is missing, so
that the time is the pipeline's own. The store and the output are on the disk; the figure is the kernel's `ru_maxrss`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answers import shipped_bank, write_csv

from interviewer.answer import Answer
from interviewer.batch.budget import Budget
from interviewer.batch.grade_file import Grader, grade_file
from interviewer.batch.pace import Pace
from interviewer.batch.read import read_chunks
from interviewer.batch.rows import Columns
from interviewer.cache import JudgementStore
from interviewer.grader import all_missing
from interviewer.judges.base import Judged
from interviewer.rubric import Rubric
from interviewer.scoring import JudgeInfo
from interviewer.settings import Settings


class AtOnce:
    """Every point missing."""

    trust = ""
    info = JudgeInfo(name="at-once")

    async def judge(self, rubric: Rubric, answer: Answer) -> Judged:
        del answer
        return Judged(judgements=all_missing(rubric, "No part of the answer shares enough of this point's words."))


def measure(rows: int) -> None:
    bank = shipped_bank()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "in.csv", bank, rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, used = time.perf_counter(), time.process_time()
        grader = Grader(bank, AtOnce(), Settings(_env_file=None), Pace(64), Budget())
        with JudgementStore(folder / "store.sqlite") as store:
            source = read_chunks(str(folder / "in.csv"), Columns())
            graded = grade_file(grader, source, store, (folder / "out.csv", "csv"), "bench")
        took, used = time.perf_counter() - began, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = (folder / "store.sqlite").stat().st_size / rows
    print(
        f"{graded.tally.rows:>9,} rows: peak {peak / 1024:.0f} MB ({before / 1024:.0f} MB before the first row), "
        f"{rows / took:,.0f} rows/s without a judge's work "
        f"({1000 * used / rows:.2f} ms CPU a row), {size:,.0f} bytes a row in the store",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
    else:
        for count in sys.argv[1:] or ["10000", "100000"]:
            subprocess.run([sys.executable, __file__, "--one", count], check=True)
