"""A second reading of the labels by fresh eyes: draw the sample without labels, and measure the agreement.

python -m training.second_reading draw test           # writes the sample to be read
python -m training.second_reading measure first|test   # reads what the reader wrote, prints κ

`first` is a sample of the answers that were there first, all fields; `test` one of the fields and questions held aside.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter, defaultdict

import yaml

from training.data import ROOT, Corpus, Pair, pairs
from training.figures import agreement

SAMPLES = {name: ROOT / f"training/second_reading/{name}.sample.yaml" for name in ("first", "test")}
READINGS = {name: ROOT / f"training/second_reading/{name}.jsonl" for name in SAMPLES}
SIZE, SEED = 600, 20260101


def draw(found: list[Pair], size: int = SIZE) -> list[Pair]:
    """`size` pairs, spread evenly over the fields, and within a field over the styles."""
    chance = random.Random(SEED)  # noqa: S311  # a reproducible sample, no secret
    strata: dict[str, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in found:
        strata[pair.of.field][pair.of.style].append(pair)
    for styles in strata.values():
        for pile in styles.values():
            chance.shuffle(pile)
    drawn: list[Pair] = []
    while len(drawn) < min(size, len(found)):
        for field in sorted(strata):
            styles = [style for style in sorted(strata[field]) if strata[field][style]]
            if styles and len(drawn) < size:
                # The style that was drawn least often in this field, chance deciding between equals.
                had = Counter(pair.of.style for pair in drawn if pair.of.field == field)
                style = min(styles, key=lambda name: (had[name], chance.random()))
                drawn.append(strata[field][style].pop())
    return drawn


def sample(drawn: list[Pair]) -> list[dict[str, object]]:
    """What the second reader sees: grouped by rubric, no labels, no styles."""
    rubrics: dict[tuple[str, str], dict[int, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in drawn:
        rubrics[pair.of.field, pair.of.source][pair.of.index].append(pair)
    shown: list[dict[str, object]] = []
    for (field, name), answers in sorted(rubrics.items()):
        wanted = {pair.point.id for found in answers.values() for pair in found}
        rubric = next(iter(answers.values()))[0].of.rubric
        kept = {"id", "statement", "items", "need", "partial"}
        points = [
            p.model_dump(mode="json", include=kept, exclude_defaults=True) for p in rubric.points if p.id in wanted
        ]
        judged = [
            {"answer": index, "text": found[0].of.text, "judge": sorted(pair.point.id for pair in found)}
            for index, found in sorted(answers.items())
        ]
        shown.append({"field": field, "rubric": name, "question": rubric.question, "points": points, "answers": judged})
    return shown


def measure(which: str) -> None:
    """Print how the second reading agrees with the labels, in all and by style."""
    labels = {(p.of.field, p.of.source, p.of.index, p.point.id): p for p in pairs(Corpus().answers)}
    by_style: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in READINGS[which].read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pair = labels[row["field"], row["rubric"], row["answer"], row["point"]]
        for key in ("all", pair.of.style):
            by_style[key].append((str(pair.verdict), row["verdict"]))
    for style, both in by_style.items():
        first, second = zip(*both, strict=True)
        print(f"{style:16} {agreement(first, second).line}")
    changed = Counter(both for both in by_style["all"] if both[0] != both[1])
    print("label → second reading:", ", ".join(f"{a} → {b}: {n}" for (a, b), n in changed.most_common()))


def main(what: str, which: str) -> None:
    if what == "measure":
        measure(which)
        return
    # `first` was drawn from all answers that there were; what it was drawn from is no more.
    drawn = draw(pairs(Corpus().split(which)))
    SAMPLES[which].write_text(
        yaml.safe_dump(sample(drawn), sort_keys=False, allow_unicode=True, width=110), encoding="utf-8"
    )
    print(f"{len(drawn)} verdicts to judge in {SAMPLES[which]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
