"""Rows a second of `grade` with the local judge, CSV to CSV: in a process for each core, and in the one process.

    python benchmarks/batch_local.py [ROWS]        # default: 2000

Every answer is new, so that each is judged. Starting the processes counts; loading the judge in the parent does not.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from answers import shipped_bank, write_csv

from interviewer.batch.ask import Ask, Calls
from interviewer.batch.budget import Budget
from interviewer.batch.grade_file import Grader, grade_file
from interviewer.batch.pace import Pace
from interviewer.batch.read import read_chunks
from interviewer.batch.rows import Chunk, Columns
from interviewer.cache import JudgementStore
from interviewer.judges import make_judge
from interviewer.settings import Settings


class OneProcess(Grader):
    """Never starts processes."""

    def asks(self, first: Chunk) -> Ask:
        del first
        return Calls(self.judge, self.pace, self.budget, self.settings)


def measure(kind: type[Grader], rows: int) -> float:
    bank, settings = shipped_bank(), Settings(_env_file=None, judge="local")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "in.csv", bank, rows)
        grader = kind(bank, make_judge("local", settings), settings, Pace(32), Budget())
        began = time.perf_counter()
        with JudgementStore(folder / "store.sqlite") as store:
            source = read_chunks(str(folder / "in.csv"), Columns())
            graded = grade_file(grader, source, store, (folder / "out.csv", "csv"), "bench")
        took = time.perf_counter() - began
    print(f"{kind.__name__}: {graded.tally.judged:,} judged, {rows / took:,.0f} rows/s, load {os.getloadavg()[0]:.1f}")
    return rows / took


if __name__ == "__main__":
    for kind in (OneProcess, Grader):
        measure(kind, int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
