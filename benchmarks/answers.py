"""Made-up answers for benchmarks, of 120 words: drawn from the rubrics' own statements, so that judges have something to find.

Or, for the local judge, whole sentences of the answers in `training/answers/`, put together anew.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from interviewer.answer import Answer
from interviewer.resources import bank_folder
from interviewer.rubric import Bank
from interviewer.settings import DEFAULT_BANK

WORDS = 120
WRITTEN = Path(__file__).parent.parent / "training" / "answers"


def shipped_bank() -> Bank:
    return Bank.load(bank_folder(DEFAULT_BANK))


def answers(bank: Bank, count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Pairs of question and answer; every answer differs, so that none is a duplicate."""
    chance = random.Random(seed)
    words = [(rubric.id, " ".join(point.statement for point in rubric.points).split()) for rubric in bank]
    for number in range(count):
        question, own = words[number % len(words)]
        yield question, f"{' '.join(chance.choices(own, k=WORDS - 2))}. Candidate {number}."


def recombined(bank: Bank, count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Pairs of question and answer, of sentences that were written as answers; the question's own where there are some."""
    chance = random.Random(seed)
    said: dict[str, list[str]] = {}
    for path in sorted(WRITTEN.glob("*/*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        some = said.setdefault(data["rubric"], [])
        some += [span.text for answer in data["answers"] for span in Answer(answer["text"]).sentences]
    everything = [sentence for some in said.values() for sentence in some]
    words = {sentence: len(sentence.split()) for sentence in everything}
    questions = [(rubric.id, said.get(rubric.id, everything)) for rubric in bank]
    for number in range(count):
        question, own = questions[number % len(questions)]
        picked: list[str] = []
        length = 0
        while length < WORDS - 8:  # half a sentence less: the last one goes over
            picked.append(chance.choice(own))
            length += words[picked[-1]]
        yield question, " ".join(picked)


def write_csv(path: Path, pairs: Iterable[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["candidate", "question", "answer"])
        rows.writerows([number, *pair] for number, pair in enumerate(pairs))
