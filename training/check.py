"""Check the form of labelled answers: every point labelled once, known styles, lengths, no text twice.

python -m training.check [files or folders, default training/answers]
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.data import ROOT, Verdicts, read_answers

WORDS = (8, 230)


def styles() -> frozenset[str]:
    """The styles that `LABELLING.md` describes."""
    return frozenset(
        re.findall(r"^\| `([a-z-]+)` \| ", (ROOT / "training/LABELLING.md").read_text(encoding="utf-8"), re.MULTILINE)
    )


def faults(answers: Sequence[Verdicts]) -> Iterator[str]:
    """What is wrong with some answers, a line each."""
    known = styles()
    texts = Counter(answer.text for answer in answers)
    for answer in answers:
        where = f"{answer.field}/{answer.rubric.id}: answer {answer.index}"
        if answer.style not in known:
            yield f"{where}: unknown style {answer.style!r}."
        if not WORDS[0] <= len(answer.text.split()) <= WORDS[1]:
            yield f"{where}: {len(answer.text.split())} words; {WORDS[0]} to {WORDS[1]} are wanted."
        if texts[answer.text] > 1:
            yield f"{where}: the same text stands {texts[answer.text]} times."


def files_of(places: Sequence[Path]) -> list[Path]:
    return [file for place in places for file in (sorted(place.rglob("*.yaml")) if place.is_dir() else [place])]


def main(places: Sequence[Path]) -> int:
    answers = [answer for file in files_of(places or [ROOT / "training/answers"]) for answer in read_answers(file)]
    found = list(faults(answers))
    verdicts = Counter(str(verdict) for answer in answers for verdict in answer.verdicts.values())
    print("\n".join([*found, f"{len(answers)} answers, {verdicts.total()} verdicts: {dict(verdicts)}"]))
    return len(found) > 0


if __name__ == "__main__":
    sys.exit(main([*map(Path, sys.argv[1:])]))
