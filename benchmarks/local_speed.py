"""How fast the local judge loads and grades: six-point rubrics and the repository's own answers of about 120 words.

python benchmarks/local_speed.py [seconds for each measurement]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from multiprocessing import Pool
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core each, so that two processes are two cores

LOAD = """
import time
began = time.perf_counter()
from interviewer.judges.local import LocalJudge, LocalModel
LocalJudge(LocalModel.{0}())
print(time.perf_counter() - began)
"""


def pairs() -> list[Any]:
    """Every written answer of 80 words or more to a rubric of six points."""
    from interviewer.answer import Answer
    from training.data import Corpus

    found = [a for a in Corpus().answers if len(a.rubric.points) == 6 and len(a.text.split()) >= 80]
    return [(a.rubric, Answer(a.text)) for a in found]


def rate(model: str, seconds: float) -> float:
    """Answers judged in a second by one process."""
    from interviewer.answer import Answer
    from interviewer.judges.local import LocalJudge, LocalModel

    judge, asked = LocalJudge(getattr(LocalModel, model)()), pairs()
    judge.judge_many(asked[:64])
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        at = done % max(len(asked) - 64, 1)
        # A new Answer each time: what an answer remembers of itself must not count.
        done += len(judge.judge_many([(rubric, Answer(answer.text)) for rubric, answer in asked[at : at + 64]]))
    return done / (time.perf_counter() - began)


def main(seconds: float) -> None:
    from interviewer.judges.local import BLEND_FILE

    asked = pairs()
    words = sum(len(answer.text.split()) for _, answer in asked) / len(asked)
    print(f"{len(asked)} answers of {words:.0f} words on average, six points each")
    for model in ("fast", "whole") if BLEND_FILE.exists() else ("fast",):
        loads = [float(subprocess.check_output([sys.executable, "-c", LOAD.format(model)])) for _ in range(3)]
        alone = rate(model, seconds)
        with Pool(2) as pool:
            both = sum(pool.starmap(rate, [(model, seconds)] * 2))
        print(f"{model:6} import and load {min(loads):.2f} s; one core {alone:,.0f} answers/s "
              f"({1000 / alone:.1f} ms each); two cores {both:,.0f} answers/s")  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, ".")
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
