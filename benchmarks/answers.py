"""Made-up answers for benchmarks: 120 words drawn from the rubrics' own statements, so that judges have something to find."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from interviewer.resources import bank_folder
from interviewer.rubric import Bank
from interviewer.settings import DEFAULT_BANK

WORDS = 120


def shipped_bank() -> Bank:
    return Bank.load(bank_folder(DEFAULT_BANK))


def answers(bank: Bank, count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Pairs of question and answer; every answer differs, so that none is a duplicate."""
    chance = random.Random(seed)
    words = [(rubric.id, " ".join(point.statement for point in rubric.points).split()) for rubric in bank]
    for number in range(count):
        question, own = words[number % len(words)]
        yield question, f"{' '.join(chance.choices(own, k=WORDS - 2))}. Candidate {number}."


def write_csv(path: Path, bank: Bank, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["candidate", "question", "answer"])
        rows.writerows([number, *pair] for number, pair in enumerate(answers(bank, count)))
