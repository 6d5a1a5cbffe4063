"""Peak memory of `grade` by number of rows: flat, because nothing grows with the file.

    python benchmarks/batch_memory.py [--judge local:fast] [ROWS ...]        # default: 10000 100000

Each size runs in a process of its own, from CSV to CSV. Without `--judge` one says at once that every point is missing,
so that the time is the pipeline's own. The store and the output are on the disk; the figure is the kernel's
`ru_maxrss`, of the process and of the largest of its workers.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answers import answers, recombined, shipped_bank, write_csv

from interviewer.answer import Answer
from interviewer.batch.budget import Budget
from interviewer.batch.grade_file import Grader, grade_file
from interviewer.batch.pace import Pace
from interviewer.batch.read import read_chunks
from interviewer.batch.rows import Columns
from interviewer.cache import JudgementStore
from interviewer.grader import all_missing
from interviewer.judges import make_judge
from interviewer.judges.base import Judge, Judged
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


def peak(who: int) -> float:
    """The largest memory so far, in MB."""
    return resource.getrusage(who).ru_maxrss / 1024


def measure(rows: int, judge_name: str) -> None:
    bank, settings = shipped_bank(), Settings(_env_file=None)
    judge: Judge = make_judge(judge_name, settings) if judge_name else AtOnce()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "in.csv", (recombined if judge_name else answers)(bank, rows))
        before = peak(resource.RUSAGE_SELF)
        began, used = time.perf_counter(), time.process_time()
        grader = Grader(bank, judge, settings, Pace(64), Budget())
        with JudgementStore(folder / "store.sqlite") as store:
            source = read_chunks(str(folder / "in.csv"), Columns())
            graded = grade_file(grader, source, store, (folder / "out.csv", "csv"), "bench")
        took, used = time.perf_counter() - began, time.process_time() - used
        size = (folder / "store.sqlite").stat().st_size / rows
    print(
        f"{graded.tally.judged:>9,} of {graded.tally.rows:,} rows judged: peak {peak(resource.RUSAGE_SELF):.0f} MB "
        f"({before:.0f} MB before the first row), largest worker {peak(resource.RUSAGE_CHILDREN):.0f} MB, "
        f"{rows / took:,.0f} rows/s ({1000 * used / rows:.2f} ms CPU a row in this process), "
        f"{size:,.0f} bytes a row in the store",
        flush=True,
    )


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("rows", type=int, nargs="*", default=[10_000, 100_000])
    given.add_argument("--judge", default="")
    given.add_argument("--one", action="store_true")
    asked = given.parse_args()
    if asked.one:
        measure(asked.rows[0], asked.judge)
    else:
        for count in asked.rows:
            subprocess.run([sys.executable, __file__, "--one", str(count), "--judge", asked.judge], check=True)
