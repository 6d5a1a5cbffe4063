"""Processor time that looking for suspicious text takes for each answer.

    python benchmarks/suspicion_speed.py

Honest answers of some 150 words, each a new one, so that nothing is remembered but the rubric.
"""

from __future__ import annotations

import time

from answers import shipped_bank

from interviewer.answer import Answer
from interviewer.suspicion import suspicions

ANSWERS = 500
SENTENCE = "Number {n}: the header holds tags such as patient name, date and modality, and the pixels follow it. "


def measure() -> None:
    rubric = shipped_bank()["dicom-format"]
    answers = [Answer("".join(SENTENCE.format(n=7 * place + n) for n in range(9))) for place in range(ANSWERS)]
    began = time.process_time()
    for answer in answers:
        suspicions(rubric, answer)
    used = (time.process_time() - began) / ANSWERS
    print(f"{len(answers[0].text)} characters: {1000 * used:.2f} ms CPU an answer, its folding included")


if __name__ == "__main__":
    measure()
